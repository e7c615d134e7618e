"""Criteria: what can be measured of members, conditions over it, and the life of what is defined by them.

Words: measure, tally, condition, definition, version. Doors: specs.read_spec · measuring.crossings, values_of ·
deciding.decide · waking.woken · explaining.explain · life.publishing · life.catalogue. Facts: deeds.changed.
"""
