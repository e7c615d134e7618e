"""Scoring: what members have in each period, counted from net deeds and written by difference (G-77, G-89)."""
