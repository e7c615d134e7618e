"""Addresses of the room, below `/v1/`."""

from django.urls import path

from gamification.streaks import api

_ONE = "members/<str:member>/streaks/<str:streak>"

urlpatterns = [
    path("members/<str:member>/streaks", api.MemberStreaks.as_view(), name="member-streaks"),
    path(f"{_ONE}/explanation", api.StreakExplanation.as_view(), name="streak-explanation"),
    path(f"{_ONE}/pauses", api.StreakPauses.as_view(), name="streak-pauses"),
    path(f"{_ONE}/repairs", api.StreakRepairs.as_view(), name="streak-repairs"),
    path(f"{_ONE}/freezes", api.StreakFreezes.as_view(), name="streak-freezes"),
    path("me/streaks", api.MyStreaks.as_view(), name="my-streaks"),
    path("me/streaks/<str:streak>/pauses", api.MyStreakPauses.as_view(), name="my-streak-pauses"),
]
