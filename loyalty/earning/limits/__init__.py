"""Limits: gates that stop a rule, caps that trim, and what they have let through so far. Pure.

Words: gate, cap, space, usage. Doors: none of its own; `earning.judging` and `earning.keeping` use it. Facts: none.
"""
