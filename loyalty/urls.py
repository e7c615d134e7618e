"""Contents: every room that answers the wire."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("loyalty.access.urls")),
    path("", include("loyalty.checkout.urls")),
    path("", include("loyalty.earning.urls")),
    path("", include("loyalty.events.urls")),
    path("", include("loyalty.imports.urls")),
    path("", include("loyalty.jobs.urls")),
    path("", include("loyalty.ledger.urls")),
    path("", include("loyalty.members.urls")),
    path("", include("loyalty.pictures.urls")),
    path("", include("loyalty.rewards.urls")),
    path("", include("loyalty.tiers.urls")),
]
