"""Addresses of the room, below `/v1/`."""

from django.urls import path

from gamification.challenges import api

_ONE = "members/<str:member>/challenges/<str:challenge>"
_MINE = "me/challenges/<str:challenge>"

urlpatterns = [
    path("members/<str:member>/challenges", api.MemberChallenges.as_view(), name="member-challenges"),
    path(f"{_ONE}/explanation", api.ChallengeExplanation.as_view(), name="challenge-explanation"),
    path(f"{_ONE}/join", api.ChallengeJoining.as_view(), name="challenge-join"),
    path(f"{_ONE}/leave", api.ChallengeLeaving.as_view(), name="challenge-leave"),
    path("me/challenges", api.MyChallenges.as_view(), name="my-challenges"),
    path(f"{_MINE}/join", api.MyChallengeJoining.as_view(), name="my-challenge-join"),
    path(f"{_MINE}/leave", api.MyChallengeLeaving.as_view(), name="my-challenge-leave"),
]  # fmt: skip
