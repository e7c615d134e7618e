"""Segments: which groups members are in, since when; who computes them stands above."""
