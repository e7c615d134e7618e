"""What every page shares: the programme, who is there, the language, and how a page is answered."""

from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.views import View

from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.database.looking import one_look
from loyalty.members.persons import Member
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program, program_called
from portal.choices.choosing import choice_of
from portal.choices.models import Choice
from portal.entry.models import PortalSession
from portal.entry.staying import is_confirmed, session_of
from portal.words.styles import Style, chosen, style_of

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
        slug = kwargs.pop("program")
        self.session = session_of(
            program=slug, secret=request.COOKIES.get(COOKIE, ""), at=timezone.now()
        )
        self.program = self.session.program if self.session else _found(slug)
        # What changes nothing asks for nothing twice.
        looking = one_look() if request.method == "GET" else nullcontext()
        with translation.override(self.language), looking:
            if self.for_members and self.visitor is None:
                response: HttpResponseBase = self.to("welcome")
            else:
                response = super().dispatch(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Content-Language"] = self.language
        return response

    @property
    def visitor(self) -> Member | None:
        """Who is there, if anybody is known."""
        return self.session.member if self.session else None

    @property
    def member(self) -> Member:
        """Who is there; only on pages for members."""
        assert self.visitor is not None, "this page is for members"
        return self.visitor

    @property
    def actor(self) -> Actor:
        """The member's own hand."""
        return Actor(kind=ActorKind.MEMBER, id=self.member.pk)

    @property
    def is_confirmed(self) -> bool:
        """Whether the storefront vouched for the person a moment ago (S-19)."""
        return self.session is not None and is_confirmed(self.session, at=timezone.now())

    @cached_property
    def now(self) -> datetime:
        """Now by the programme's clock, one instant for the whole page."""
        return now_of(self.program)

    @cached_property
    def choice(self) -> Choice:
        """How the reader wants to read."""
        return choice_of(self.visitor) if self.visitor else Choice()

    @cached_property
    def language(self) -> str:
        """The saved choice, else the member's, else the browser's, else the programme's (U-61)."""
        kept = [self.choice.language, self.request.COOKIES.get(LANGUAGE_COOKIE, "")]
        told = self.visitor.locale.split("-")[0] if self.visitor else ""
        for each in (*kept, told):
            if each in LANGUAGES:
                return each
        if self.request.headers.get("Accept-Language"):
            return str(translation.get_language_from_request(self.request)).split("-")[0]
        return next((each for each in self.program.languages if each in LANGUAGES), "en")

    @cached_property
    def style(self) -> Style:
        """How this reader's numbers and dates are written; the member's country may change the digits."""
        own = self.visitor.locale if self.visitor else ""
        told = style_of(own if own.split("-")[0] == self.language else self.language)
        return chosen(told, digits=self.choice.digits, calendar=self.choice.calendar)

    def show(self, told: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        """This page with these values."""
        around = {
            "program": self.program,
            "member": self.visitor,
            "here": self.here,
            "style": self.style,
            "languages": settings.LANGUAGES,
            "language": self.language,
            "path": self.request.get_full_path(),
            "now": self.now,
        }
        return render(self.request, self.template, {**around, **(told or {})}, status=status)

    def address(self, name: str, **told: Any) -> str:
        """The address of another page of this programme."""
        return reverse(f"portal:{name}", kwargs={"program": self.program.slug, **told})

    def to(self, name: str, *, status: int = 302, **told: Any) -> HttpResponse:
        """To another page of this programme; with 303 after a deed."""
        response = HttpResponseRedirect(self.address(name, **told))
        response.status_code = status
        return response


def _found(slug: str) -> Program:
    """The programme with this short name. Raises Http404."""
    program = program_called(slug)
    if program is None:
        raise Http404
    return program
