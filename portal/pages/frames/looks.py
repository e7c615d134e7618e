"""Looks: the programme's own sheet and logo. Their addresses name their state, so browsers keep them for ever."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views import View

from portal.themes.wearing import logo_called, sheet_called

FOR_EVER: Final = "public, max-age=31536000, immutable"
FOR_A_MINUTE: Final = "public, max-age=60"  # an older page asks: it gets what is worn now


class Sheet(View):
    """The variables that pages are painted with."""

    def get(self, request: HttpRequest, program: str, digest: str) -> HttpResponse:
        return _answer(sheet_called(program), digest, content_type="text/css; charset=utf-8")


class Logo(View):
    """The programme's picture."""

    def get(self, request: HttpRequest, program: str, digest: str) -> HttpResponse:
        return _answer(logo_called(program), digest, content_type="image/png")


def _answer(
    found: tuple[str | bytes, str] | None, digest: str, *, content_type: str
) -> HttpResponse:
    if found is None:
        raise Http404
    body, present = found
    response = HttpResponse(body, content_type=content_type)
    response.headers["Cache-Control"] = FOR_EVER if digest == present else FOR_A_MINUTE
    return response
