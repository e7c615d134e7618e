"""Members: who takes part in a programme, and how to find, show, change and let go of them.

Words: member, profile, contact, card, consent, segment membership, survivor, locale, zone.
Doors: `POST/GET /v1/members`, `GET/PATCH /v1/members/{id}`, `/export`, `/consents`; the admin's member pages.
Facts: member.enrolled, .status_changed, .zone_changed, .consent_noted, .merged, .erased, .segment_entered, .segment_left.
"""
