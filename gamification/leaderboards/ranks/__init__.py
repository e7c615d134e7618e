"""Ranks: exact at every instant, from a histogram of scores that writers never contend for (G-78, G-86, G-87)."""
