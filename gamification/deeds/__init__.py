"""Deeds: the journal of everything that can count, always net of what was returned.

Words: deed, correction. Doors: recording.record · correcting.correct · moving.hand_over · rebuilding.rebuild_deeds.
Facts: none of its own; `criteria.intake` hears the ground floor and writes here.
"""
