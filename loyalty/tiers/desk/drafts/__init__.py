"""Drafts: the ladder editor: a form of tiers as rows, what it says, who would move, and publishing (T-40, T-41).

Words: draft, row, preview. Doors: pages of the ladder, gathered by `desk.ladders`. Facts: none.
"""
