"""Kept: what the ledger keeps, read again by the apps above: entries by which points came in, and claims on them."""
