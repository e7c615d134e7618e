"""Me: how the member reads, birthday, consents, and the ways out."""

from collections.abc import Mapping
from typing import Any, Final

from babel.dates import get_month_names
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError
from loyalty.members.changing import Change, change
from loyalty.members.consenting import ConsentTold, note_consents
from loyalty.members.contacts import Birthday, ProfileTold
from loyalty.members.showing import show_consents, show_member_alone
from portal.choices.choosing import choose
from portal.entry.staying import sessions_of
from portal.joining.applicants import TERMS
from portal.pages.base import LANGUAGE_COOKIE, LANGUAGES, Page
from portal.words.kinds import Calendar, Digits

MONTHS: Final = range(1, 13)
DAYS: Final = range(1, 32)
TEXT_VERSION: Final = "portal-1"  # of the words below: another number with other words
PURPOSES: Final[Mapping[str, tuple[Promise, Promise]]] = {
    "marketing": (_("News and offers"), _("May write to you about offers and news.")),
    "profiling": (
        _("Personal suggestions"),
        _("May look at what you bought, to suggest what fits you."),
    ),
    "automatic_redemption": (
        _("Rewards by themselves"),
        _("May take a reward for you as soon as your points suffice."),
    ),
}
ALWAYS_ASKED: Final = ("marketing", "profiling")


class Me(Page):
    """Everything about the member that the member decides."""

    template = "portal/me.html"
    here = "me"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.show_me()

    def show_me(self, told: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        """The page, with what was typed if it is refused."""
        seen = show_member_alone(self.member)
        born = str(seen.get("birthday") or "")
        month, day = born[-5:].split("-") if born else ("", "")
        months = get_month_names("wide", context="stand-alone", locale=self.language)
        around = {
            "seen": seen,
            "choice": self.choice,
            "digits": Digits if self.language in {"ar", "fa"} else None,
            "calendars": Calendar if self.language == "fa" else None,
            "months": [(number, months[number]) for number in MONTHS],
            "days": DAYS,
            "born": {"month": int(month or 0), "day": int(day or 0)},
            "consents": self._consents(),
            "terms": self._terms(),
            "is_confirmed": self.is_confirmed,
            "sessions": self._sessions(),
        }
        return self.show({**around, **(told or {})}, status=status)

    def _sessions(self) -> list[dict[str, Any]]:
        """Where the member is signed in; a frame is nowhere."""
        if self.session is None:
            return []
        rows = sessions_of(member=self.member, at=timezone.now())
        return [{"row": row, "is_here": row.pk == self.session.pk} for row in rows]

    def _consents(self) -> list[dict[str, Any]]:
        """Every purpose that is asked for, and those that the shop asked for elsewhere, with what holds."""
        holding = self._holding
        # The terms are no switch: whoever wants them no more leaves.
        others = [each for each in holding if each not in (*ALWAYS_ASKED, TERMS)]
        asked = [*ALWAYS_ASKED, *others]
        return [
            {
                "purpose": purpose,
                "title": PURPOSES.get(purpose, (purpose, ""))[0],
                "text": PURPOSES.get(purpose, (purpose, ""))[1],
                "given": bool(holding.get(purpose, {}).get("given")),
                "noted_at": holding.get(purpose, {}).get("noted_at"),
            }
            for purpose in asked
        ]

    def _terms(self) -> dict[str, Any] | None:
        """Which terms the member agreed to, and when."""
        held = self._holding.get(TERMS)
        return held if held and held["given"] else None

    @cached_property
    def _holding(self) -> dict[str, dict[str, Any]]:
        """What holds, by purpose."""
        return {str(each["purpose"]): each for each in show_consents(member=self.member)}


class Reading(Page):
    """Keep language, digits and calendar."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        wanted = {
            "language": _one_of(request.POST.get("language"), LANGUAGES),
            "digits": _one_of(request.POST.get("digits"), Digits.values),
            "calendar": _one_of(request.POST.get("calendar"), Calendar.values),
        }
        choose(member=self.member, told=wanted)
        response = self.to("me", status=303)
        # What this browser chose as a guest would be heard before the member's own language.
        response.delete_cookie(LANGUAGE_COOKIE, samesite="Lax")
        return response


class Born(Me):
    """Keep the birthday, or forget it."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        month, day = request.POST.get("month", ""), request.POST.get("day", "")
        try:
            born = Birthday.read(f"{month:0>2}-{day:0>2}") if month or day else None
            told = Change(profile=ProfileTold(birthday=born))
            change(member=self.member, told=told, actor=self.actor, at=self.now)
        except DomainError as refusal:
            typed = {"month": _number(month), "day": _number(day)}
            return self.show_me({"refusal": refusal, "born": typed}, status=422)
        return self.to("me", status=303)


class Consents(Me):
    """One yes or no, kept as a new row: the newest holds (S-60)."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        purpose = request.POST.get("purpose", "")
        if purpose in {each["purpose"] for each in self._consents()}:
            told = ConsentTold(
                purpose=purpose,
                is_given=request.POST.get("given") == "yes",
                text_version=TEXT_VERSION if purpose in PURPOSES else "",
                source="portal",
            )
            note_consents(member=self.member, told=[told], actor=self.actor, at=self.now)
        return self.to("me", status=303)


def _one_of(told: str | None, known: Any) -> str:
    return told if told and told in known else ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 2 else 0
