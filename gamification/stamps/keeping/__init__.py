"""Keeping: the arithmetic of cards, and stamps as rows with a running total."""
