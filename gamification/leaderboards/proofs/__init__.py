"""Proofs: scores follow from deeds, histograms from scores; and putting right what does not (G-90, V-36)."""
