"""Approvals: deeds that need a second person wait here as proposals (S-26, S-27)."""
