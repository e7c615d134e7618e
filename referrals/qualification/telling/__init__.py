"""Telling: referrals as keys, advocates, friends and staff may see them, why they stand where they stand, and what if."""
