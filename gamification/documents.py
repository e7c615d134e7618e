"""Contents: every room that has documents."""
