"""Contents: every room that has models."""
