"""Rules of earning: how a definition is read, checked, compiled, published and said in one sentence.

Words: definition (the JSON of a revision), revision, period, rule set (all rules of a programme, compiled).
Doors: none of its own; `earning` and its admin, API and document part use it.
Facts: none.
"""
