"""Codes: advocates, what they hand on, and where it leads.

Words: advocate, affiliate, code, fold, vanity code, share text. Doors: GET /v1/members/{id}/referral, /v1/me/referral, /r/{code}.
"""
