"""Doors to boards: what members and keys see, and what people decide about entries."""
