"""Addresses of the room, below `/v1/`."""

from django.urls import path

from gamification.levels import api

_ONE = "levels/<str:level>/explanation"

urlpatterns = [
    path("members/<str:member>/levels", api.MemberLevels.as_view(), name="member-levels"),
    path(f"members/<str:member>/{_ONE}", api.LevelExplanation.as_view(), name="level-explanation"),
    path("me/levels", api.MyLevels.as_view(), name="my-levels"),
    path(f"me/{_ONE}", api.MyLevelExplanation.as_view(), name="my-level-explanation"),
]
