"""Winning: what places get when a period is final, and what is taken back afterwards (G-81, G-82)."""
