"""Giving: rewards without points: from tiers, campaigns, play and referrals, by hand, and automatically for points.

Words: gift, origin, goodwill, budget, automatic.
Doors: POST /v1/members/{id}/gifts, the member's page of the admin; rooms and apps above call `give`.
Facts: reward.given, reward.redeemed.
"""
