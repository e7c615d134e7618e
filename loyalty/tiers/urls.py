"""Addresses of the tiers room, below `/v1/`."""

from django.urls import path

from loyalty.tiers import api

urlpatterns = [
    path("tiers", api.Tiers.as_view(), name="tiers"),
    path(
        "members/<str:member>/tier/explanation",
        api.TierExplanation.as_view(),
        name="tier-explanation",
    ),
    path(
        "members/<str:member>/tier-grants",
        api.MemberTierGrants.as_view(),
        name="member-tier-grants",
    ),
    path("tier-grants/<str:grant>/end", api.TierGrantEnd.as_view(), name="tier-grant-end"),
]
