"""Addresses of the room, below `/v1/`."""

from django.urls import path

from gamification.stamps import api

urlpatterns = [
    path("members/<str:member>/stamp-cards", api.MemberStampCards.as_view(), name="member-cards"),
    path(
        "members/<str:member>/stamp-cards/<str:stamp_card>/explanation",
        api.StampCardExplanation.as_view(),
        name="card-explanation",
    ),
    path("stamp-cards/<str:stamp_card>/stamps", api.Stamps.as_view(), name="stamps"),
    path("stamp-cards/<str:stamp_card>/tokens", api.StampTokens.as_view(), name="stamp-tokens"),
    path("stamp-cards/<str:stamp_card>/waivers", api.StampWaivers.as_view(), name="stamp-waivers"),
    path("stamps/<str:stamp>/undo", api.StampUndo.as_view(), name="stamp-undo"),
    path("me/stamp-cards", api.MyStampCards.as_view(), name="my-cards"),
    path("me/stamp-cards/<str:stamp_card>/stamps", api.MyStamps.as_view(), name="my-stamps"),
]
