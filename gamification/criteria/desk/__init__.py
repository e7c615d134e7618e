"""Desk: the admin pages that all games share: definitions from draft to retirement, and a member's play page."""
