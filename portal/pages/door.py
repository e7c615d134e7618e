"""The door: entering, leaving, and choosing a language."""

from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind, OutcomeUnknown, Unavailable
from loyalty.programs.texts import as_typed
from portal.choices.choosing import choose
from portal.entry.entering import SESSION_LIFE, TicketRefused, enter, kind_of
from portal.entry.models import TicketKind
from portal.entry.staying import is_over, leave, leave_everywhere
from portal.entry.wanted import go_on
from portal.letters.asking import ask_for_link
from portal.pages.base import COOKIE, LANGUAGE_COOKIE, LANGUAGES, Page

ADDRESS_MAX: Final = 254  # RFC 5321: longer ones reach nobody
YEAR = 365 * 24 * 60 * 60
NOT_DONE: Final = (OutcomeUnknown, Unavailable)  # there is a page for these: try again
STATUS: Final = {Kind.TOO_MANY: 429, Kind.REFUSED: 422}


class NoAddress(DomainError):
    """What was typed is no address of a mailbox."""

    code = "no_mail_address"
    kind = Kind.REFUSED
    title = _("This is no e-mail address")
    detail = _("Look for a slip, such as a missing @.")


class Missing(Page):
    """Every address that nothing stands at."""

    for_members = False

    def get(self, request: HttpRequest, rest: str) -> HttpResponseBase:
        raise Http404


class Enter(Page):
    """A ticket is spent and a clean address follows, so that the secret stays in no history (S-15, S-17)."""

    template = "portal/enter.html"
    for_members = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        secret = request.GET.get("ticket", "")
        try:
            kind = kind_of(program=self.program, secret=secret, at=timezone.now())
        except TicketRefused as refusal:
            return quiet(self.show({"refusal": refusal}, status=422))
        if kind == TicketKind.STOREFRONT:
            return self._enter(secret)
        return quiet(self.show({"ticket": secret}))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return self._enter(request.POST.get("ticket", ""))

    def _enter(self, secret: str) -> HttpResponseBase:
        try:
            _row, own = enter(program=self.program, secret=secret, at=timezone.now())
        except TicketRefused as refusal:
            return quiet(self.show({"refusal": refusal}, status=422))
        response = let_in(self.to("home", status=303), own)
        return quiet(go_on(response, request=self.request, home=self.address("home")))


class Ended(Page):
    """What somebody sees whose session is over; the browser forgets what it kept of it (S-17)."""

    template = "portal/states/ended.html"
    for_members = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if self.session is not None:
            return self.to("home")
        secret = request.COOKIES.get(COOKIE, "")
        if secret and not is_over(self.program, secret):
            return self.to("welcome")  # it opens another programme here
        return forgetting(self.show())


class AskForLink(Page):
    """A link by mail, for whoever comes without the shop. The answer is the same whoever asks for whom (S-16)."""

    template = "portal/ask_for_link.html"
    for_members = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if self.session is not None:
            return self.to("home")
        return self.show({"is_asked": "asked" in request.GET})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        email = request.POST.get("email", "").strip()
        try:
            ask_for_link(
                program=self.program, email=read_address(email), asker=self.asker, at=timezone.now()
            )
        except NOT_DONE:
            raise
        except DomainError as refusal:
            return self.show({"refusal": refusal, "email": email}, status=STATUS[refusal.kind])
        response = self.to("ask-for-link", status=303)
        response.headers["Location"] += "?asked"
        return response


class Leave(Page):
    """Sign out here, or everywhere."""

    for_members = False

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if self.session is not None:
            if "everywhere" in request.POST:
                leave_everywhere(member=self.session.member)
            else:
                leave(session=self.session)
        return forgetting(self.to("welcome"))


class Language(Page):
    """Keep the choice of language and stay on the page (U-61)."""

    for_members = False

    def post(self, request: HttpRequest, **_told: Any) -> HttpResponseBase:
        back = request.POST.get("next", "")
        home = reverse("portal:home", kwargs={"program": self.program.slug})
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        response = redirect(back if is_ours and back.startswith("/p/") else home)
        told = request.POST.get("language", "")
        if told in LANGUAGES:
            if self.visitor is not None:
                choose(member=self.visitor, told={"language": told})
            response.set_cookie(
                LANGUAGE_COOKIE, told, max_age=YEAR, secure=settings.PRODUCTION, samesite="Lax"
            )
        return response


def let_in(response: HttpResponse, own: str) -> HttpResponse:
    """With the cookie of a session that has just begun (S-17)."""
    response.set_cookie(
        COOKIE,
        own,
        max_age=SESSION_LIFE,
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )
    return response


def quiet(response: HttpResponse) -> HttpResponse:
    """The address holds a secret, and no other page is told of it (S-17).

    A page with a form says where it comes from without saying which page: browsers that may say nothing at all send
    `Origin: null`, and that is refused as forged.
    """
    is_page = response.status_code not in range(300, 400)
    response.headers["Referrer-Policy"] = "strict-origin" if is_page else "no-referrer"
    return response


def read_address(told: str) -> str:
    """An address of a mailbox. Raises NoAddress; by its form alone, so nobody learns who is known."""
    told = as_typed(told)
    try:
        validate_email(told)
        told.rpartition("@")[2].encode("idna")  # as it travels
    except (ValidationError, UnicodeError) as wrong:
        raise NoAddress from wrong
    if len(told) > ADDRESS_MAX:
        raise NoAddress
    return told


def forgetting(response: HttpResponse) -> HttpResponse:
    """With nothing left in the browser: no session, no page, and not the last balance (U-56)."""
    response.delete_cookie(COOKIE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
