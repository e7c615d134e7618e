"""Tiers: climbing, keeping and losing a tier, and what a tier brings.

Words: ladder, revision, metric, tier day, standing, grant, effective tier, cycle, review, grace.
Doors: GET /v1/tiers, /v1/members/{id}/tier/explanation, tier grants, admin pages, `rebuild tiers`; `open_book` for earning.
Facts: tier.upgraded .downgraded .renewed .will_downgrade .granted .grant_ended, ladder.changed.
"""
