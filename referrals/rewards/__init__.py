"""Rewards: what both sides get: promised, granted within caps and budget, taken back.

Words: grant, cap, budget, payable. Facts: referral.reward_granted .reward_capped .reward_reversed.
"""
