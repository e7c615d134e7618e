"""Contents: every room that has receivers."""
