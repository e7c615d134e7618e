"""Contents: every room that answers the wire."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("gamification.stamps.urls")),
    path("", include("gamification.leaderboards.urls")),
    path("", include("gamification.badges.urls")),
    path("", include("gamification.levels.urls")),
    path("", include("gamification.challenges.urls")),
    path("", include("gamification.streaks.urls")),
]
