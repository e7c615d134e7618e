"""Desk: budgets and prizes in the admin, and a prize as part of a game's form (G-34)."""
