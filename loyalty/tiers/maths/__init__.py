"""Maths of tiers: pure functions over values. No query, no clock, no chance.

Words: tally (what was counted, by day), terms (a ladder's revision as values), standing.
Doors: none; the room around it reads, asks here, and writes.
Facts: none.
"""
