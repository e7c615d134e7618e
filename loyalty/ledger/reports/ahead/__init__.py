"""Ahead: what of a member's points is still to open or to end, and where it came from."""
