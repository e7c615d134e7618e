"""Contents: every room that has admin."""
