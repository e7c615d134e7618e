"""States: where members stand, as read, and how a standing moves in memory.

Words: state, standing, grant, move, tier in force.
Doors: none; the book and writing go through here.
Facts: none.
"""
