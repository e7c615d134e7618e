"""Badges: families with growing tiers; what members hold, since when, and why (G-37 to G-45).

Words: family, tier, award, occasion, edition. Doors: looking.look · by_hand.award, by_hand.revoke, by_hand.suspend ·
expiring.expire_due · showing. Facts: badge.awarded, badge.backfilled, badge.revoked, badge.reinstated.
"""
