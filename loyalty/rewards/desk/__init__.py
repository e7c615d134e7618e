"""Staff pages of the rewards room: the catalogue and its editor, redemptions, a member's rewards, goodwill.

Words: draft, preview, hand over, goodwill.
Doors: the admin; each page calls the same rules as the API.
"""
