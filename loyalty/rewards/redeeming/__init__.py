"""Redeeming: handing rewards out for points or free, and what becomes of a redemption.

Words: wish, scene, reason, redemption, cancel, fulfil.
Doors: /v1/redemptions, admin pages; `giving` calls the rules here for gifts.
Facts: reward.redeemed, reward.given, reward.fulfilled, reward.cancelled.
"""
