"""Wanted: the page that somebody asked for before they came in; they go on there afterwards."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE: Final = "wafa_wanted"
SECONDS: Final = 15 * 60  # as long as a mailed link lives
LENGTH_MAX: Final = 500
NAVIGATING: Final = "navigate"  # what a browser says of a page that a person opens


def keep_wanted(response: HttpResponse, *, request: HttpRequest, home: str) -> None:
    """Remember this page in the browser, if it is one that a person opened."""
    path = request.get_full_path()
    is_opened = request.headers.get("Sec-Fetch-Mode", NAVIGATING) == NAVIGATING
    if request.method != "GET" or not is_opened or not _is_ours(path, home=home):
        return
    response.set_cookie(
        COOKIE,
        path,
        max_age=SECONDS,
        path=home,
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )


def go_on(response: HttpResponse, *, request: HttpRequest, home: str) -> HttpResponse:
    """Lead to the page that was wanted, once; else where the answer leads anyway."""
    path = request.COOKIES.get(COOKIE, "")
    if path:
        response.delete_cookie(COOKIE, path=home, samesite="Lax")
    if _is_ours(path, home=home):
        response.headers["Location"] = path
    return response


def _is_ours(path: str, *, home: str) -> bool:
    """A page of this programme, spelled plainly: a browser's cookie is believed no further."""
    is_plain = path.isascii() and path.isprintable() and len(path) <= LENGTH_MAX
    return is_plain and path.startswith(home) and ".." not in path and "\\" not in path
