"""Telling: cards as members and staff see them, what a wording would give, and what proves that totals add up."""
