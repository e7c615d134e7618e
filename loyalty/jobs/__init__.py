"""Jobs: what falls due is done, once per period, whoever dies in between; the tick, the sweeper, the test clock.

Words: schedule run, period, chunk, cursor, lease, tick, pulse, sweeper, journey. Doors: ticking.tick ·
planning.request · travelling.advance. Rooms register their work by loyalty.outbox.scheduling.
"""
