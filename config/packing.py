"""Packing: what customers' phones load travels compressed; what staff and storefronts ask for does not (ADR 0417)."""

from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

PLACES: Final = ("/p/", "/w/", "/widget/", "/static/")
# Fonts and pictures are packed already; a file that somebody takes along is left as it is.
KINDS: Final = (
    "text/html", "text/css", "text/javascript", "application/manifest+json", "image/svg+xml",
)  # fmt: skip


class Packed(GZipMiddleware):
    """Pages, sheets and scripts for customers. Django adds up to a hundred random bytes, so that lengths tell nothing (BREACH)."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind in KINDS and request.path.startswith(PLACES):
            return super().process_response(request, response)
        return response
