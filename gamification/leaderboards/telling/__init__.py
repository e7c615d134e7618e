"""Telling: boards as doors and pages show them, in one view of the database each."""
