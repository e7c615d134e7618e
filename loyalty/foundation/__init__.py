"""Foundation: what every room stands on, without a business word.

Words: unit of work, refusal, problem, actor, id, seal. Doors: none of its own; it serves the doors of other rooms.
Facts: none.
"""
