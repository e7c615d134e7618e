"""Files: bytes that somebody sent become rows of cells, within limits that hold before anything else looks (S-49)."""
