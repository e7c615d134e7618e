"""Middleware: what every request and every answer has, whatever view it meets."""

from collections.abc import Callable
from typing import Final, TypeAlias

from django.http import HttpRequest, HttpResponseBase

from loyalty.foundation.wire.policies import NONE, header_of, policy_for

Answering: TypeAlias = Callable[[HttpRequest], HttpResponseBase]

FEATURES_OFF: Final = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)
API: Final = "/v1/"


class SecurityHeaders:
    """Content policy and the headers of S-45 on every answer; a view may set its own policy (`with_policy`)."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.answer(request)
        policy = getattr(response, "content_policy", None) or policy_for(request.path)
        response.headers["Content-Security-Policy"] = header_of(policy)
        response.headers["Permissions-Policy"] = FEATURES_OFF
        if policy.get("frame-ancestors") == [NONE]:
            response.headers["X-Frame-Options"] = "DENY"
        else:
            response.headers.pop("X-Frame-Options", None)
        if request.path.startswith(API):
            response.headers["Cache-Control"] = "no-store"
        return response
