"""Desk: referrals in the admin: plans with their preview, the queue of doubts, the story of each, affiliates and payables."""
