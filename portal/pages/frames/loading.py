"""Loading: the widget's script, for pages of other origins; under its digest it never changes (U-70)."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views import View

SOURCE: Final = Path(__file__).parents[2] / "static" / "portal" / "widget.js"
FOR_EVER: Final = "public, max-age=31536000, immutable"
FOR_AN_HOUR: Final = "public, max-age=3600"


class Loader(View):
    """`/widget/v1.js`, and `/widget/v1-{digest}.js` for those who name its integrity."""

    def get(self, request: HttpRequest, digest: str = "") -> HttpResponse:
        body = script()
        if digest and digest != digest_of(body):
            return HttpResponse(status=404)
        response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
        response.headers["Cache-Control"] = FOR_EVER if digest else FOR_AN_HOUR
        # Every page may load it: there is nobody's secret in it.
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


@cache
def script() -> bytes:
    """The script, without its comments and indents: every page of a shop loads it."""
    lines = (line.strip() for line in SOURCE.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")).encode()


def digest_of(body: bytes) -> str:
    """What names this version in an address."""
    return hashlib.sha256(body).hexdigest()[:16]


def integrity_of(body: bytes) -> str:
    """The value that a page may demand of it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()
