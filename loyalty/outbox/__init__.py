"""Outbox: announce and react; what is due is done, by rows of our own.

Words: fact, receiver, delivery, lane, schedule run, tick, sweeper, pulse, test clock.
Doors: announcing.announce · receiving.reacts_now, reacts_later · scheduling.scheduled, falls_due ·
delivering.deliver_due · ticking.tick · travelling.travel · readings of facts and of how far receivers are.
"""
