"""Framing: the same pages inside a storefront's page, for the widget: no cookie, no storage, told who by a token (U-70 to U-73)."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from loyalty.foundation.wire.policies import NONE, PAGES
from loyalty.ledger.reports.balances import balances_of
from loyalty.programs.tenants import currencies_of
from portal.entry.framing import frames_of

NAMESPACE: Final = "widget"
LANGUAGE_ASKED: Final = "Wafa-Language"  # what the storefront told the widget
ASKED_BY_SCRIPT: Final = (
    "Wafa-Frame"  # our own script asks; whatever else does gets the frame around it
)
# What a frame has no business with: sessions are not its own.
PORTAL_ONLY: Final = (
    "ended",
    "enter", "ask-for-link", "join", "join-link", "leave", "language", "manifest", "worker", "offline",
)  # fmt: skip


def is_framed(request: HttpRequest) -> bool:
    """Whether this is a page of the frame."""
    match = request.resolver_match
    return match is not None and NAMESPACE in match.namespaces


def is_asked_by_script(request: HttpRequest) -> bool:
    """Whether the frame's own script asks for what stands inside."""
    return ASKED_BY_SCRIPT in request.headers


def shell(request: HttpRequest, around: dict[str, Any]) -> HttpResponse:
    """The frame without anybody's data: its script asks the storefront who is there."""
    told = {**around, "origins": frames_of(around["program"])}
    return render(request, "portal/frame.html", told)


def guarded(response: HttpResponseBase, *, program: Any) -> HttpResponseBase:
    """Let exactly the programme's origins frame this answer, and nobody where it has none."""
    origins = frames_of(program) or [NONE]
    response.content_policy = {**PAGES, "frame-ancestors": origins}  # type: ignore[attr-defined]
    return response


def available_of(page: Any) -> int | None:
    """What the member can spend now, so that the storefront may show it too."""
    told: Any = balances_of(page.program, [page.member.pk], page.now)[page.member.pk]
    spendable = [slug for slug, each in currencies_of(page.program).items() if each.spendable]
    return told[spendable[0]]["available"] if spendable else None
