"""Desk: orders as staff read them: bought, come back, brought, and every event that told of it.

Doors: pages of the admin. Facts: none.
"""
