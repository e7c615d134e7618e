"""Plans: one referral offer, and the versions in which it was promised.

Words: plan, plan version, preset. Doors: the part `referral_plan` of the programme document, admin pages.
"""
