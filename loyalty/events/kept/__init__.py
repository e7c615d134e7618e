"""Kept: what was told, read again by the apps above: paid orders and what returns have left of them."""
