"""Leaderboards: who stands where, exactly, in each period; hidden unless a member says otherwise.

Words: board, period, entry, score, rank, place, shadow rank, alias, visibility, note.
Doors: GET /v1/leaderboards, around, explanation, entries; /v1/me/leaderboards, /v1/me/visibility; `rebuild boards`; admin pages.
Facts: leaderboard.closed.
"""
