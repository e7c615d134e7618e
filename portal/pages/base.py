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

from loyalty.access.callers.addresses import network_of
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.database.looking import one_look
from loyalty.foundation.refusals import OutcomeUnknown, Unavailable
from loyalty.foundation.wire import mishaps
from loyalty.foundation.wire.limiting import TooManyRequests
from loyalty.members.persons import Member
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program, program_called
from portal.choices.choosing import choice_of
from portal.choices.models import Choice
from portal.entry.framing import member_of_token, token_in
from portal.entry.models import PortalSession
from portal.entry.pacing import demand_pace
from portal.entry.staying import is_confirmed, is_over, session_of
from portal.entry.wanted import keep_wanted
from portal.letters.asking import Asker
from portal.pages.frames.framing import (
    LANGUAGE_ASKED,
    available_of,
    guarded,
    is_asked_by_script,
    is_framed,
    shell,
)
from portal.themes.models import Theme
from portal.themes.wearing import logo_size, worn_by
from portal.words.reading import demand_text
from portal.words.styles import Style, chosen, style_of

COOKIE: Final = "__Host-wafa" if settings.PRODUCTION else "wafa"
LANGUAGE_COOKIE: Final = mishaps.LANGUAGE_COOKIE
FORMS_ARE_FREE: Final = "NOTPROVIDED"  # in a frame no cookie speaks for anybody
LANGUAGES: Final = tuple(code for code, _name in settings.LANGUAGES)


class Page(View):
    """A page of a programme's portal. Pages for members send everybody else to the door."""

    template = ""
    here = ""  # which entry of the navigation is this page
    for_members = True

    program: Program
    session: PortalSession | None
    visitor: Member | None
    is_framed: bool

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find programme, person and language; nothing of it is stored anywhere by a proxy or a browser."""
        self.is_framed = is_framed(request)
        self._find(kwargs.pop("program"))
        # What changes nothing asks for nothing twice.
        looking = one_look() if request.method == "GET" else nullcontext()
        with translation.override(self.language), looking:
            response = self._answer_or_state(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Content-Language"] = self.language
        return guarded(response, program=self.program) if self.is_framed else response

    def _answer_or_state(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or one that says in words why it is not there (U-4)."""
        try:
            demand_text(request)
            demand_pace(session=self.session, member=self.visitor, network=network_of(request))
            return self._answer(request, *args, **kwargs)
        except Http404:
            return self._state("portal/missing.html", status=404)
        except TooManyRequests as refusal:
            # Nothing of the member is asked for: this page has to be cheap.
            told = {"refusal": refusal, "member": None, "available": None}
            response = self._state("portal/states/too_fast.html", status=429, **told)
            response.headers["Retry-After"] = str(refusal.values["retry_after"])
            return response
        except (OutcomeUnknown, Unavailable) as refusal:
            return self._state("portal/again.html", status=503, refusal=refusal)

    def http_method_not_allowed(
        self, request: HttpRequest, *_args: Any, **_kwargs: Any
    ) -> HttpResponse:
        """A deed or a look that this page does not have."""
        response = self._state("portal/states/no_such_deed.html", status=405)
        response.headers["Allow"] = ", ".join(
            name.upper() for name in self.http_method_names if hasattr(self, name)
        )
        return response

    def _find(self, slug: str) -> None:
        """Programme and person: by the cookie's session, in a frame by the token. Raises Http404."""
        self.session, self.visitor, self._is_proved = None, None, False
        at = timezone.now()
        if self.is_framed:
            self.program = _found(slug)
            self.visitor, self._is_proved = member_of_token(
                program=self.program, text=token_in(self.request), at=at
            )
            return
        secret = self.request.COOKIES.get(COOKIE, "")
        self.session = session_of(program=slug, secret=secret, at=at)
        self.program = self.session.program if self.session else _found(slug)
        self.visitor = self.session.member if self.session else None

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_framed and not is_asked_by_script(request):
            return shell(request, self._around())
        if self.is_framed and self.visitor is None and token_in(request):
            return HttpResponse(status=401)  # the script asks the storefront for another token
        if self.for_members and self.visitor is None:
            return self._to_the_door(request)
        return super().dispatch(request, *args, **kwargs)

    def _to_the_door(self, request: HttpRequest) -> HttpResponse:
        """Whoever was signed in hears that it is over; where they wanted to go is kept for a while."""
        if self.is_framed:
            return self.to("welcome")
        ended = is_over(self.program, request.COOKIES.get(COOKIE, ""))
        response = self.to("ended" if ended else "welcome")
        if self.template:
            keep_wanted(response, request=request, home=self.address("home"))
        return response

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
        """Whether the storefront, or a mailed code, vouched for the person a moment ago (S-19)."""
        if self.session is None:
            return self._is_proved
        return is_confirmed(self.session, at=timezone.now())

    @property
    def asker(self) -> Asker:
        """Where a wish for a mail comes from."""
        return Asker(network=network_of(self.request), language=self.language)

    @cached_property
    def now(self) -> datetime:
        """Now by the programme's clock, one instant for the whole page."""
        return now_of(self.program)

    @cached_property
    def theme(self) -> Theme | None:
        """The programme's own look."""
        return worn_by(self.program)

    @cached_property
    def choice(self) -> Choice:
        """How the reader wants to read."""
        return choice_of(self.visitor) if self.visitor else Choice()

    @cached_property
    def language(self) -> str:
        """What was chosen, else what the widget, the address, the storefront or the browser tells, else the programme (U-61)."""
        asked = self.request.headers.get(LANGUAGE_ASKED, "") if self.is_framed else ""
        named = self.request.GET.get(
            "language", ""
        )  # of an address that is for readers of one language
        kept = [self.choice.language, asked, self.request.COOKIES.get(LANGUAGE_COOKIE, ""), named]
        told = self.visitor.locale.split("-")[0] if self.visitor else ""
        known = [each for each in (*kept, told) if each in LANGUAGES]
        if not known and self.request.headers.get("Accept-Language"):
            return str(translation.get_language_from_request(self.request)).split("-")[0]
        return next((each for each in (*known, *self.program.languages) if each in LANGUAGES), "en")

    @cached_property
    def style(self) -> Style:
        """How this reader's numbers and dates are written; the member's country may change the digits."""
        own = self.visitor.locale if self.visitor else ""
        told = style_of(own if own.split("-")[0] == self.language else self.language)
        return chosen(told, digits=self.choice.digits, calendar=self.choice.calendar)

    def show(self, told: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        """This page with these values."""
        return render(
            self.request, self.template, {**self._around(), **(told or {})}, status=status
        )

    def _state(self, template: str, *, status: int, **told: Any) -> HttpResponse:
        """A page for what is not as it should be."""
        return render(self.request, template, {**self._around(), **told}, status=status)

    def _around(self) -> dict[str, Any]:
        """What every page knows."""
        around: dict[str, Any] = {
            "layout": "portal/framed.html" if self.is_framed else "portal/page.html",
            "is_framed": self.is_framed,
            "program": self.program,
            "member": self.visitor,
            "here": self.here,
            "style": self.style,
            "languages": settings.LANGUAGES,
            "language": self.language,
            "path": self.request.get_full_path(),
            "whole_address": settings.WAFA_BASE_URL + self.request.path,
            "now": self.now,
            "theme": self.theme,
            "logo_size": logo_size(self.theme) if self.theme else None,
        }
        if self.is_framed:
            around["csrf_token"] = FORMS_ARE_FREE
            around["available"] = available_of(self) if self.visitor else None
        return around

    def address(self, name: str, **told: Any) -> str:
        """The address of another page of this programme."""
        match = self.request.resolver_match
        return reverse(
            f"portal:{name}",
            kwargs={"program": self.program.slug, **told},
            current_app=match.namespace if match else None,
        )

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
