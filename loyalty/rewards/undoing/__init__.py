"""Undoing: what was handed out or used is taken back: cancelled, reinstated, refunded, erased (W-24, W-53, W-60 to W-63).

Locks in one order: accounts of members and cards, then vouchers (W-75).
"""
