"""Contents: every room that has tasks."""
