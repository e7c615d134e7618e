"""Earning: rules that turn events into points, the limits that hold them, and the explanation of every number.

Words: basis (what of an order counts), rule and revision, earning (what one revision gave for one event), claim, limit.
Doors: the staff admin, the programme document's part `rules`, `GET /v1/rules`; `events` calls `rewarding.reward`.
Facts: rule.changed, budget.exhausted.
"""
