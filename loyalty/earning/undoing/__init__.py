"""Undoing: what returns, voids, cancelled earnings and later payments take back and give back, written in one unit.

Words: claim, plan, settled. Doors: `taking_back.settle`, `paying.settle_payments`, `voiding.take_back_all`; `events`
calls them. What is left of an order is worked out next door, in `settling`. Facts: those of the ledger.
"""
