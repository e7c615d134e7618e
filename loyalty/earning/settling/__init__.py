"""Settling: what returns leave of an order, what its earnings are then worth, and how points and money go back.

Words: return, left, target, claim, allocation. Pure so far: doors and the ledger's moves are `events`' to join.
Facts: none.
"""
