"""The catalogue: what rewards say, in revisions that are frozen once live, and how many pieces are left.

Words: reward, revision, period, price, offer, stock, window, audience.
Doors: the programme document, admin pages, /v1/rewards; the rooms around it call the rules here.
"""
