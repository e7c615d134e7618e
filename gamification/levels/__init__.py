"""Levels: a curve over experience, points that are collected and never spent.

Words: level, curve, threshold, level mark, experience. Doors: GET /v1/members/{id}/levels with its explanation, /v1/me/levels.
Facts: level.reached .backfilled.
"""
