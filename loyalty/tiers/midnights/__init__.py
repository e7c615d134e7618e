"""Midnights: reviews, drops, grants that begin or end, notices, and ladders that reach the members, in chunks.

Words: review, grace, drop, notice, member range.
Doors: scheduled jobs.
Facts: tier.downgraded, tier.renewed, tier.will_downgrade, tier.grant_ended.
"""
