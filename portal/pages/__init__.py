"""Pages: one call to a rule each, shown in the reader's language; complete without script (U-50)."""
