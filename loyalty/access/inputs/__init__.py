"""Inputs: fields that forms of several rooms share, so that staff write the same thing the same way everywhere (U-30).

Words: length. Doors: none. Facts: none.
"""
