"""Desk: streaks of members, pauses, freezes and repairs by hand, and the form of a streak."""
