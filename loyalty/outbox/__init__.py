"""Outbox: announce and react. A fact is written with what made it true, and reaches every receiver once.

Words: fact, receiver, delivery, lane. Doors: announcing.announce · receiving.reacts_now, reacts_later ·
delivering.deliver_due, deliver_until_idle · putting_off.try_again, skip · keeping.facts_after, is_through ·
scheduling.scheduled, falls_due (kept by the room of jobs).
"""
