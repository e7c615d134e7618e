"""Telling: measures and conditions as people read them, in the active language, from what the document says.

Words: sentence, phrase. Doors: editors and lists of the desk.
"""
