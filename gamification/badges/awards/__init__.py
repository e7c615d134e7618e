"""Awards: who gets them, by rule and by hand; what is written, paid and told; what happens to them in a merge.

Words: decision, reached, wake. Doors: looking.look · by_hand.award_by_hand, revoke_by_hand, suspend · hearing.hear.
"""
