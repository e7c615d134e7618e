"""Life: definitions from a draft to retirement, alike for every game that registers (G-21 to G-31).

Words: game, definition, version, live. Doors: games.register_game · catalogue.book_of · publishing · previewing ·
backfilling. Facts: none of its own; games announce what their backfills decide.
"""
