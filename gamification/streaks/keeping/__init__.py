"""Keeping: what walks need is read, what follows from them is written; many members in a constant number of statements."""
