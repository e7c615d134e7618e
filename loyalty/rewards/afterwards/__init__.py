"""Afterwards: what becomes of redemptions once they are handed out: used, handed over, cancelled, lapsed, withdrawn.

Words: fulfil, cancel, lapse, withdraw.
Doors: /v1/redemptions/{id}/cancel and /fulfil, admin pages; vouchers' facts come in here, and returns.
Facts: reward.fulfilled, reward.cancelled.
"""
