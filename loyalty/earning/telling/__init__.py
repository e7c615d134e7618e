"""Telling: sentences about rules and about what they gave, made when read, in the reader's language.

Words: sentence, step, reason. Doors: none of its own; `earning.explaining`, the admin and the API use it.
Facts: none.
"""
