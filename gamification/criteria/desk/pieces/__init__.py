"""Pieces: forms that become parts of a definition and show them again: measures, windows, conditions, lists.

Words: piece, row, around. What a form cannot say word for word is edited as JSON (`editors.shows`), so nothing is lost.
"""
