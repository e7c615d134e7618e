"""Attacks: what somebody with bad intentions would try, and what they meet."""
