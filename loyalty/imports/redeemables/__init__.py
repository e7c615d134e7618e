"""Redeemables: what is shown at tills comes in from files: codes for pools, and gift cards that are out already."""
