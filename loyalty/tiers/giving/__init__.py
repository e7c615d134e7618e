"""Giving: tiers given by hand, by payment or by a partner, and gifts that a tier brings.

Words: grant, source, reference, entry gift, birthday gift.
Doors: POST /v1/members/{id}/tier-grants, POST /v1/tier-grants/{id}/end, admin pages.
Facts: tier.granted, tier.grant_ended.
"""
