"""Faults: conditions that could not be worked out are told to staff: by rule, version and day (E-22).

Words: fault. Doors: a list and a figure in the admin, a gauge. Facts: rule.failed (declared in `earning.facts`).
"""
