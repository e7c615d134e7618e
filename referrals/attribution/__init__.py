"""Attribution: touches, windows, and who brought whom; the record of a referral.

Words: touch, visitor, referral, move. Doors: POST /v1/referral-touches, POST /v1/referrals, attach.
Facts: referral.joined .rejected.
"""
