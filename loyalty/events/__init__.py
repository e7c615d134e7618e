"""Events: the front door. What storefronts tell is taken in once, rewarded, and answered.

Words: event (told to us), source, source id, order (the fold of its events), replay, waiting.
Doors: `POST/GET /v1/events`, `GET /v1/events/{id}`, `/explanation`; the admin's event pages.
Facts: event.recorded, event.voided.
"""
