"""Qualification: a referral on its way from joined to approved: first paid order, hold, expiry, reversal.

Doors: approve, reject, explanation; ticks for release and expiry; admin pages.
Facts: referral.qualified .approved .expired .reversed.
"""
