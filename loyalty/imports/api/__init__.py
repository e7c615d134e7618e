"""Doors of the imports room."""
