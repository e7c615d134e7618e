"""Contents: every room that answers the wire."""

from django.urls import URLPattern, URLResolver, include, path

from referrals.attribution.urls import links

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("referrals.attribution.urls")),
    path("", include("referrals.qualification.urls")),
]
__all__ = ["links", "urlpatterns"]
