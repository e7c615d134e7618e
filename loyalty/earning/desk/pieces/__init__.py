"""Pieces: forms that become parts of a document and show them again, for whatever is written in the admin without JSON.

Words: piece, row, around. What a form cannot say word for word is edited as JSON (`trips.why_not`), so nothing is lost.
"""
