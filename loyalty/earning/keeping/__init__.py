"""Keeping: how earnings, explanations and the use of limits are read and written, many at once.

Words: usage, explanation, budget use. Doors: none of its own; `earning.rewarding` uses it.
Facts: none.
"""
