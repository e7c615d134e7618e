"""Doors of the rewards room."""
