"""Measures: what can be measured, read from what was told, and the one query that is the truth about it.

Words: spec, window, filter, crossing. Doors: specs.read_spec · counting.crossings, values_of, contributions ·
states.register_measure. Facts: none.
"""
