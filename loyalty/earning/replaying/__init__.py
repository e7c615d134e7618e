"""Replaying: what a draft, or the end of a rule, would have made of past events (E-80). Nothing moves.

Words: what-if, window, side (before and after), difference, tally, report.
Doors: `POST/GET /v1/rules/{id}/what-if`, `/v1/what-ifs/{id}`; the rule's pages in the admin; a job in member ranges.
Facts: none.
"""
