"""Showing: the catalogue as a member finds it, redemptions as doors tell them, exports, and proofs."""
