"""Boards: what a definition of a leaderboard says, checked."""
