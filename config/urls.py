"""Every address, by prefix."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config.errors_page import errors
from loyalty.access.site import staff_site
from loyalty.pictures.urls import files as picture_files
from portal.urls import framed as portal_frames
from portal.urls import loader as widget_loader
from portal.urls import wire as portal_wire
from referrals.urls import links as referral_links

urlpatterns: list[URLPattern | URLResolver] = [
    path("docs/openapi", SpectacularAPIView.as_view(), name="openapi"),
    path("docs/api", SpectacularSwaggerSplitView.as_view(url_name="openapi"), name="api-docs"),
    path("docs/errors", errors, name="errors"),
    path("admin/", staff_site.urls),
    path("v1/", include("loyalty.urls")),
    path("p/", include("portal.urls")),
    path("w/", include((portal_frames, "portal"), namespace="widget")),
    path("widget/", include(widget_loader)),
    path("v1/", include("gamification.urls")),
    path("v1/", include("referrals.urls")),
    path("v1/", include(portal_wire)),
    path("r/", include(referral_links)),
    path("pictures/", include(picture_files)),
]

handler400 = "loyalty.foundation.wire.mishaps.bad_request"
handler403 = "loyalty.foundation.wire.mishaps.forbidden"
handler404 = "loyalty.foundation.wire.mishaps.not_found"
handler500 = "loyalty.foundation.wire.mishaps.server_error"
