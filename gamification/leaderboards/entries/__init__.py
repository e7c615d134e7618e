"""Entries: what people decide about a member in one period of a board."""
