"""Streaks: periods as marks, freezes among them, until when the next is due, and pauses."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gamification.streaks.kinds import GAME, Verdict
from gamification.streaks.pausing import Days, declare_pause
from gamification.streaks.showing import show_streaks
from gamification.streaks.walks.terms import PAUSE_DAYS_A_YEAR_MAX
from loyalty.foundation.refusals import DomainError, Malformed, Problem
from loyalty.programs.calendar import local_day
from portal.pages.play.base import PlayPage
from portal.words.reading import digits_of


class Streaks(PlayPage):
    """Every streak of the programme."""

    template = "portal/play/streaks.html"
    games = (GAME,)

    def game(self, told: Mapping[str, str]) -> Mapping[str, Any]:
        streaks = show_streaks(program=self.program, member_id=self.member.pk, at=self.now)
        for each in streaks:
            for period in each["periods"]:
                period["words"] = Verdict(period["verdict"]).label
                period["day"] = local_day(period["starts_at"], each["time_zone"])
        tomorrow = local_day(self.now, self.program.zone) + timedelta(days=1)
        return {"streaks": streaks, "tomorrow": tomorrow, "pause_days": PAUSE_DAYS_A_YEAR_MAX}


class Pause(Streaks):
    """Let a streak rest on days to come (G-61)."""

    def post(self, request: HttpRequest, streak: str) -> HttpResponseBase:
        live = self.called(GAME, streak)
        typed = {name: request.POST.get(name, "") for name in ("first", "last")}
        try:
            days = Days(first=_day(typed, "first"), last=_day(typed, "last"))
            self.do(declare_pause, streak=live, days=days, actor=self.actor)
        except DomainError as refusal:
            said = {"refusal": refusal, "typed": typed, "pausing": streak}
            return self.show_game(said, status=422)
        return self.done("paused", "streaks")


def _day(typed: Mapping[str, str], name: str) -> date:
    """The day that was typed, as year, month and day. Raises Malformed."""
    try:
        return date.fromisoformat(digits_of(typed[name].strip()))
    except ValueError as unreadable:
        message = _("This is no day. Write it as year-month-day.")
        problem = Problem(pointer=f"/{name}", code="invalid", message=message)
        raise Malformed(problems=[problem]) from unreadable
