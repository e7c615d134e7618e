"""Proofs: rooms register what must always hold and how it is made anew; the commands `verify` and `rebuild` ask here."""
