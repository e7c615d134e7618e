"""Addresses of the rewards room, below `/v1/`."""

from django.urls import path

from loyalty.rewards.api import batches, gift_cards, pictures, redemptions, rewards, vouchers

urlpatterns = [
    path("me/rewards", rewards.MyRewards.as_view(), name="me-rewards"),
    path("me/redemptions", rewards.MyRedemptions.as_view(), name="me-redemptions"),
    path(
        "me/redemptions/<str:redemption>",
        rewards.MyRedemption.as_view(),
        name="me-redemption",
    ),
    path("rewards", rewards.Rewards.as_view(), name="rewards"),
    path("rewards/<str:reward>", rewards.OneReward.as_view(), name="reward"),
    path("redemptions", redemptions.Redemptions.as_view(), name="redemptions"),
    path("redemptions/<str:redemption>", redemptions.OneRedemption.as_view(), name="redemption"),
    path(
        "redemptions/<str:redemption>/cancel",
        redemptions.RedemptionCancel.as_view(),
        name="redemption-cancel",
    ),
    path(
        "redemptions/<str:redemption>/fulfil",
        redemptions.RedemptionFulfil.as_view(),
        name="redemption-fulfil",
    ),
    path("vouchers/validate", vouchers.Validations.as_view(), name="voucher-validate"),
    path("vouchers/reserve", vouchers.Reservations.as_view(), name="voucher-reserve"),
    path("vouchers/redeem", vouchers.Redemptions.as_view(), name="voucher-redeem"),
    path("vouchers/release", vouchers.Releases.as_view(), name="voucher-release"),
    path("vouchers/reinstate", vouchers.Reinstatements.as_view(), name="voucher-reinstate"),
    path("vouchers/<str:voucher>", vouchers.OneVoucher.as_view(), name="voucher"),
    path("vouchers/<str:voucher>/qr", pictures.VoucherPicture.as_view(), name="voucher-qr"),
    path("voucher-batches", batches.VoucherBatches.as_view(), name="voucher-batches"),
    path("voucher-batches/<str:batch>", batches.OneVoucherBatch.as_view(), name="voucher-batch"),
    path(
        "voucher-batches/<str:batch>/codes",
        batches.VoucherBatchCodes.as_view(),
        name="voucher-batch-codes",
    ),
    path("gift-cards", gift_cards.GiftCards.as_view(), name="gift-cards"),
    path("gift-cards/<str:card>", gift_cards.OneGiftCard.as_view(), name="gift-card"),
    path("members/<str:member>/gifts", redemptions.MemberGifts.as_view(), name="member-gifts"),
]
