"""Benchmarks: Wafa beside the physical limit and its peers, in one run, as ratios."""
