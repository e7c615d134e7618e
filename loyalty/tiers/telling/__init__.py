"""Telling: what members and staff are told about tiers: the view, why, and what a draft of the ladder would do.

Words: projection, risk, opportunity, explanation, preview.
Doors: GET /v1/tiers, the member's view, /v1/members/{id}/tier/explanation, admin pages.
Facts: none.
"""
