"""Desk: the rule editor of the staff's site (U-30), a form for what is usual and JSON for the rest.

Words: draft, sentence. Doors: pages below the list of rules, called by `earning.admin`.
Facts: none.
"""
