"""Keeping: the rows of a file until they are taken, and what became of each."""
