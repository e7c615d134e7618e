"""Using: what a till does with a code: validate, reserve, redeem, release (W-35 to W-37, W-52).

One path for vouchers and gift cards, and one answer to every bad code. Words: guess, lock-out, shown, fit.
"""
