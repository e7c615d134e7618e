"""Doors of the ledger: a member's points, holds, explanations, and the trial balance."""
