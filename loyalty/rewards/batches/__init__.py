"""Batches: many vouchers at once, for print or a partner; a job that goes on where it was killed (W-45).

Their codes are told once, as a file, to whoever asked for them. Facts: batch.made
"""
