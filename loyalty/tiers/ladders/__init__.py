"""Ladders: drafting, previewing and publishing the tiers of a programme, and reading them as values.

Words: ladder, revision, draft, live, past, mapping.
Doors: the programme document, admin pages; the room around it calls the rules here.
Facts: ladder.changed.
"""
