"""Joining: the form, and the button behind the link that is mailed for it (S-15, S-16)."""

import unicodedata
from typing import Any, Final

from babel.dates import get_month_names
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from loyalty.foundation.refusals import DomainError
from loyalty.members.contacts import Birthday
from portal.joining.applicants import TERMS, Applicant, Yes
from portal.joining.applying import apply
from portal.joining.becoming import become_member, is_usable
from portal.joining.refusals import ApplicationNotUsable
from portal.pages.base import Page
from portal.pages.door import NOT_DONE, STATUS, let_in, quiet, read_address
from portal.pages.person.me import DAYS, MONTHS, PURPOSES, TEXT_VERSION
from portal.reception.reading import received_by
from referrals.attribution.touching import touches_of
from referrals.attribution.visitors import COOKIE as VISITOR_COOKIE
from referrals.attribution.visitors import read_visitor
from referrals.codes.issuing import codes_called, is_open_to_members
from referrals.codes.limiting import limit_codes
from referrals.codes.refusals import CodeUnknown

MARKETING: Final = "marketing"
NAME_MAX: Final = 100
CODE_MAX: Final = 64  # as the API takes
TYPED: Final = ("email", "first_name", "month", "day", "terms", MARKETING, "code", "ref")
REFUSED: Final = 422


class Join(Page):
    """A form; whatever comes of it, nobody is a member before the mailed link's button is pressed."""

    template = "portal/guests/join.html"
    for_members = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if self.session is not None:
            return self.to("home")
        if not received_by(self.program).joining:
            return self.to("welcome")
        return self._form({"ref": request.GET.get("ref", "")[:CODE_MAX]})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        try:
            apply(
                program=self.program,
                applicant=self._applicant(),
                asker=self.asker,
                at=timezone.now(),
            )
        except NOT_DONE:
            raise
        except DomainError as refusal:
            typed = {name: request.POST.get(name, "") for name in TYPED}
            return self._form(typed, refusal=refusal)
        response = self.to("join", status=303)
        response.headers["Location"] += "?asked"
        return response

    def _form(self, typed: dict[str, str], *, refusal: DomainError | None = None) -> HttpResponse:
        names = get_month_names("wide", context="stand-alone", locale=self.language)
        told = {
            "received": received_by(self.program),
            "typed": typed,
            "refusal": refusal,
            "is_asked": "asked" in self.request.GET,
            "months": [(str(number), names[number]) for number in MONTHS],
            "days": [(str(number), number) for number in DAYS],
            "marketing": PURPOSES[MARKETING],
            "has_codes": is_open_to_members(self.program),
        }
        return self.show(told, status=STATUS.get(refusal.kind, REFUSED) if refusal else 200)

    def _applicant(self) -> Applicant:
        """What was typed. Raises NoAddress, BirthdayNotADate, CodeUnknown, RateLimited; looks nobody up."""
        told = self.request.POST
        email = read_address(told.get("email", "").strip())
        return Applicant(
            email=email,
            language=self.language,
            first_name=_plain(told.get("first_name", "")),
            birthday=_birthday(told.get("month", ""), told.get("day", "")),
            came_by=self._came_by(),
            agreed=self._agreed(),
        )

    def _agreed(self) -> list[Yes]:
        """The terms in the version that stood beside the box, and news only where that box was ticked."""
        told, number = self.request.POST, received_by(self.program).terms_number
        agreed = []
        if number and told.get("terms") == str(number):
            agreed.append(Yes(purpose=TERMS, text_version=str(number)))
        if told.get(MARKETING):
            agreed.append(Yes(purpose=MARKETING, text_version=TEXT_VERSION))
        return agreed

    def _came_by(self) -> str:
        """The code that was typed; else the browser's own touches; else the code of the address it came by (R-15)."""
        typed = _plain(self.request.POST.get("code", ""))[:CODE_MAX]
        if typed:
            limit_codes(caller="portal", network=self.asker.network, typed=True)
            if typed not in codes_called(program=self.program, texts=[typed]):
                raise CodeUnknown(pointer="/code")
            return typed
        token = self.request.COOKIES.get(VISITOR_COOKIE, "")
        visitor = read_visitor(token)
        if visitor and touches_of(program_id=self.program.pk, visitors=[visitor]):
            return token
        return _plain(self.request.POST.get("ref", ""))[:CODE_MAX]


class JoinLink(Page):
    """Opening the link shows one button and spends nothing; the button makes a member, once."""

    template = "portal/guests/join_link.html"
    for_members = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        secret = request.GET.get("ticket", "")
        if not is_usable(program=self.program, secret=secret, at=timezone.now()):
            return self._refused(ApplicationNotUsable())
        return quiet(self.show({"ticket": secret}))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        secret = request.POST.get("ticket", "")
        try:
            own = become_member(program=self.program, secret=secret, at=timezone.now())
        except NOT_DONE:
            raise
        except DomainError as refusal:
            # A second click, after the first has let them in.
            return self._refused(refusal) if self.session is None else self.to("home")
        response = self.to("home", status=303)
        response.headers["Location"] += "?joined"
        return quiet(let_in(response, own))

    def _refused(self, refusal: DomainError) -> HttpResponse:
        told: dict[str, Any] = {"refusal": refusal}
        return quiet(self.show(told, status=STATUS.get(refusal.kind, REFUSED)))


def _birthday(month: str, day: str) -> str:
    """Both, or neither. Raises BirthdayNotADate."""
    return Birthday.read(f"{month:0>2}-{day:0>2}").shown if month or day else ""


def _plain(name: str) -> str:
    """A name or code without signs that cannot be seen or kept; joiners of Persian and Arabic are letters."""
    seen = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cs"})
    return seen.strip()[:NAME_MAX]
