"""Addresses of the rewards room, below `/v1/`."""

from django.urls import path

from loyalty.rewards.api import gift_cards, vouchers

urlpatterns = [
    path("vouchers/validate", vouchers.Validations.as_view(), name="voucher-validate"),
    path("vouchers/reserve", vouchers.Reservations.as_view(), name="voucher-reserve"),
    path("vouchers/redeem", vouchers.Redemptions.as_view(), name="voucher-redeem"),
    path("vouchers/release", vouchers.Releases.as_view(), name="voucher-release"),
    path("vouchers/reinstate", vouchers.Reinstatements.as_view(), name="voucher-reinstate"),
    path("vouchers/<str:voucher>", vouchers.OneVoucher.as_view(), name="voucher"),
    path("gift-cards", gift_cards.GiftCards.as_view(), name="gift-cards"),
    path("gift-cards/<str:card>", gift_cards.OneGiftCard.as_view(), name="gift-card"),
]
