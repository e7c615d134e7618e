"""What points buy, and everything that is handed out: the catalogue, redemptions, gifts, vouchers and gift cards.

Words: reward, revision, price, stock, redemption, gift, origin, voucher, pool, batch, gift card.
Doors: /v1/rewards, /v1/redemptions, /v1/vouchers, /v1/gift-cards, /v1/members/{id}/gifts, admin pages.
Facts: reward.redeemed, reward.fulfilled, reward.cancelled, reward.given, voucher.*, pool.low, batch.made.
"""
