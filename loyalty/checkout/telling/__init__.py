"""Telling: quotes as doors show them, with sentences made when they are read, in the reader's language.

Words: shown quote, sentence of a trim. Doors: none of its own. Facts: none.
"""
