"""Gift cards: vouchers that are stored value; their money is an account of the ledger in its own currency (W-50 to W-53).

Words: card, value, PIN, reference, hold, draw, paid with. Facts: gift_card.drawn, gift_card.refunded.
"""
