"""Walks: periods, the wording of a streak, and what follows from what was done. Pure: no clock, no query."""
