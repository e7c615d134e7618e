"""Proofs: the ledger checked from its rows alone, repaired in its cached parts only, and sealed day by day."""
