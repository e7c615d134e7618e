"""Addresses of the room, below `/v1/`."""

from django.urls import path

from gamification.badges import api

_OF_MEMBER = "members/<str:member>/badges"

urlpatterns = [
    path("badges", api.Badges.as_view(), name="badges"),
    path(_OF_MEMBER, api.MemberBadges.as_view(), name="member-badges"),
    path(f"{_OF_MEMBER}/<str:award>", api.MemberBadge.as_view(), name="member-badge"),
    path(f"{_OF_MEMBER}/<str:badge>/explanation", api.BadgeExplanation.as_view(), name="badge-explanation"),
    path("me/badges", api.MyBadges.as_view(), name="my-badges"),
    path("me/play", api.MyPlay.as_view(), name="my-play"),
]  # fmt: skip
