"""What every page shares: the programme, who is there, the language, and how a page is answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views import View

from loyalty.members.persons import Member
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program, program_called
from portal.entry.models import PortalSession
from portal.entry.staying import session_of
from portal.words.styles import style_of

COOKIE: Final = "__Host-wafa" if settings.PRODUCTION else "wafa"
LANGUAGE_COOKIE: Final = "wafa_language"
LANGUAGES: Final = tuple(code for code, _name in settings.LANGUAGES)


class Page(View):
    """A page of a programme's portal. Pages for members send everybody else to the door."""

    template = ""
    here = ""  # which entry of the navigation is this page
    for_members = True

    program: Program
    session: PortalSession | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find programme, person and language; nothing of it is stored anywhere by a proxy or a browser."""
        self.program = _found(kwargs.pop("program"))
        self.session = session_of(
            program=self.program, secret=request.COOKIES.get(COOKIE, ""), at=timezone.now()
        )
        with translation.override(self._language()):
            if self.for_members and self.session is None:
                response: HttpResponseBase = redirect("portal:welcome", program=self.program.slug)
            else:
                response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Language"] = self._language()
        return response

    @property
    def member(self) -> Member:
        """Who is there; only on pages for members."""
        assert self.session is not None, "this page is for members"
        return self.session.member

    @property
    def now(self) -> datetime:
        """Now by the programme's clock."""
        return now_of(self.program)

    def show(self, told: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        """This page with these values."""
        around = {
            "program": self.program,
            "member": self.session.member if self.session else None,
            "here": self.here,
            "style": style_of(self._locale()),
            "languages": settings.LANGUAGES,
            "language": self._language(),
            "path": self.request.get_full_path(),
            "now": self.now,
        }
        return render(self.request, self.template, {**around, **(told or {})}, status=status)

    def to(self, name: str, **told: Any) -> HttpResponse:
        """To another page of this programme."""
        return redirect(reverse(f"portal:{name}", kwargs={"program": self.program.slug, **told}))

    def _language(self) -> str:
        """The saved choice, else the member's, else the browser's, else the programme's (U-61)."""
        told = self.request.COOKIES.get(LANGUAGE_COOKIE, "")
        if told in LANGUAGES:
            return told
        if self.session and self.session.member.locale.split("-")[0] in LANGUAGES:
            return self.session.member.locale.split("-")[0]
        asked = self.request.headers.get("Accept-Language")
        if asked:
            return str(translation.get_language_from_request(self.request)).split("-")[0]
        return next((each for each in self.program.languages if each in LANGUAGES), "en")

    def _locale(self) -> str:
        """The language, with the member's country where it is the same language: it may change the digits."""
        own = self.session.member.locale if self.session else ""
        return own if own.split("-")[0] == self._language() else self._language()


def _found(slug: str) -> Program:
    """The programme with this short name. Raises Http404."""
    program = program_called(slug)
    if program is None:
        raise Http404
    return program
