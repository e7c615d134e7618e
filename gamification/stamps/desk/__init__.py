"""Desk: stamps by hand and undone, tokens to show or print, and the form of a card."""
