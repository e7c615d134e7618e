"""Codes: how they are drawn, written and read, and found again without being kept in clear (W-32 to W-34).

A pool holds foreign codes that were imported to be handed out (W-46). Words: symbol, check symbol, digest, pool.
"""
