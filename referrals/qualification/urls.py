"""Addresses of the room, below `/v1/`."""

from django.urls import path

from referrals.qualification.api import members, referrals

urlpatterns = [
    path("referrals", referrals.Referrals.as_view(), name="referrals"),
    path("referrals/<str:referral>", referrals.OneReferral.as_view(), name="referral"),
    path(
        "referrals/<str:referral>/explanation",
        referrals.ReferralExplanation.as_view(),
        name="referral-explanation",
    ),
    path(
        "referrals/<str:referral>/approve",
        referrals.ReferralApproval.as_view(),
        name="referral-approve",
    ),
    path(
        "referrals/<str:referral>/reject",
        referrals.ReferralRejection.as_view(),
        name="referral-reject",
    ),
    path(
        "referrals/<str:referral>/reopen",
        referrals.ReferralReopening.as_view(),
        name="referral-reopen",
    ),
    path(
        "referrals/<str:referral>/appeal",
        referrals.ReferralAppeals.as_view(),
        name="referral-appeal",
    ),
    path(
        "referrals/<str:referral>/attach",
        referrals.ReferralAttaching.as_view(),
        name="referral-attach",
    ),
    path("members/<str:member>/referral", members.MemberReferral.as_view(), name="member-referral"),
    path(
        "members/<str:member>/referral/attach",
        members.MemberAttaching.as_view(),
        name="member-referral-attach",
    ),
    path("me/referral", members.MyReferral.as_view(), name="my-referral"),
    path("me/referral/claim", members.MyReferralClaim.as_view(), name="my-referral-claim"),
    path(
        "referral-plans/<str:plan>/replay", referrals.PlanReplay.as_view(), name="referral-replay"
    ),
]
