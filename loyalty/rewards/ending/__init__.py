"""Ending: what time does to vouchers, codes and gift cards, and how staff give one more time (W-31, W-34, W-46).

Instants decide, whatever a job has written; these jobs write it down and announce. Facts: voucher.expiring, voucher.expired.
"""
