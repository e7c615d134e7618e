"""Vouchers: rights with an end, shown by a code, used once (W-30 to W-40).

Rows and what moves them; who may use one at a till is decided in `using`, the money of gift cards in `gift_cards`.
Words: issued, reserved, redeemed, reinstated, cancelled, expired, bound, discount. Facts: voucher.*
"""
