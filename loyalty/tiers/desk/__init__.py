"""Desk: the admin pages on tiers: the ladder with its revisions, and where members stand.

Words: draft, preview, publish, standing, grant.
Doors: admin pages.
Facts: none.
"""
