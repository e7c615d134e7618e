"""Addresses of the room, below `/v1/`."""

from django.urls import path

from gamification.leaderboards.api import boards as api
from gamification.leaderboards.api import entries

_ONE = "leaderboards/<str:leaderboard>"
_MINE = f"me/{_ONE}"

urlpatterns = [
    path("leaderboards", api.Leaderboards.as_view(), name="leaderboards"),
    path(_ONE, api.Leaderboard.as_view(), name="leaderboard"),
    path(f"{_ONE}/around/<str:member>", api.LeaderboardAround.as_view(), name="leaderboard-around"),
    path(
        f"{_ONE}/around/<str:member>/explanation",
        api.LeaderboardExplanation.as_view(),
        name="leaderboard-explanation",
    ),
    path(
        f"{_ONE}/entries/<str:member>/suspend",
        entries.EntrySuspension.as_view(),
        name="leaderboard-entry-suspend",
    ),
    path(
        f"{_ONE}/entries/<str:member>/reinstate",
        entries.EntryReinstatement.as_view(),
        name="leaderboard-entry-reinstate",
    ),
    path("me/leaderboards", api.MyLeaderboards.as_view(), name="my-leaderboards"),
    path(_MINE, api.MyLeaderboard.as_view(), name="my-leaderboard"),
    path(f"{_MINE}/around", api.MyLeaderboardAround.as_view(), name="my-leaderboard-around"),
    path(
        f"{_MINE}/explanation",
        api.MyLeaderboardExplanation.as_view(),
        name="my-leaderboard-explanation",
    ),
    path("me/visibility", api.MyVisibility.as_view(), name="my-visibility"),
]
