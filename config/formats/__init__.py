"""Formats: how staff and refusals read dates in each language, as the portal writes them (U-65): 31 December 2026, 14:05."""
