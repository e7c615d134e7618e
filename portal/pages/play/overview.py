"""The first page of play: challenges to take up, stamp cards to fill, and the way to the other games."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from gamification.challenges.attempts.joining import join, leave
from gamification.challenges.kinds import GAME as CHALLENGES
from gamification.challenges.looking.showing import show_challenges
from gamification.stamps.kinds import GAME as CARDS
from gamification.stamps.stamping import stamp_by_token
from gamification.stamps.telling.showing import show_cards
from loyalty.foundation.refusals import DomainError
from loyalty.programs.calendar import local_day
from portal.pages.play.base import PlayPage
from portal.pages.play.prizes import words_for

Json = dict[str, Any]
ORDER = ("running", "open", "completed", "locked", "closed", "expired", "abandoned")


class Play(PlayPage):
    """What can be done now."""

    template = "portal/play/overview.html"
    games = (CHALLENGES, CARDS)

    def game(self, told: Mapping[str, str]) -> Mapping[str, Any]:
        member_id = self.member.pk
        challenges = show_challenges(program=self.program, member_id=member_id, at=self.now)
        cards = show_cards(program=self.program, member_id=member_id)
        prizes = [each["prize"] for each in challenges]
        prizes += [each["prize"] for card in cards for each in card["positions"]]
        words = words_for(program=self.program, prizes=prizes, style=self.style)
        for each in challenges:
            each["prize_words"] = words(each["prize"])
            each["done"] = sum(step["is_done"] for step in each["steps"])
            each["days_left"] = self._days_left(each["ends_at"])
            each["may_leave"] = each["status"] == "running" and each["joined_at"] is not None
        for each in cards:
            each["dots"] = _dots(each)
            for position in each["positions"]:
                position["prize_words"] = words(position["prize"])
        challenges.sort(key=lambda each: ORDER.index(each["status"]))
        return {"challenges": challenges, "cards": cards}

    def _days_left(self, until: datetime | None) -> int | None:
        """Whole days until the last one, by the programme's calendar."""
        if until is None or until <= self.now:
            return None
        zone = self.program.zone
        return (local_day(until, zone) - local_day(self.now, zone)).days


class Challenge(Play):
    """Join a challenge, or leave it."""

    def post(self, request: HttpRequest, challenge: str) -> HttpResponseBase:
        live = self.called(CHALLENGES, challenge)
        deed, team = request.POST.get("deed"), request.POST.get("team", "").strip()
        if deed not in {"join", "leave"}:
            raise Http404
        try:
            if deed == "join":
                self.do(join, challenge=live, team=team or None)
            else:
                self.do(leave, challenge=live)
        except DomainError as refusal:
            return self.show_game({"refusal": refusal, "team": team}, status=422)
        return self.done("joined" if deed == "join" else "left", "play")


class Stamp(Play):
    """Stamp a card by the code that the till shows (G-70)."""

    def post(self, request: HttpRequest, card: str) -> HttpResponseBase:
        token = request.POST.get("token", "")
        live = self.called(CARDS, card)
        try:
            self.do(stamp_by_token, card=live, token=token, may_inspect=False)
        except DomainError as refusal:
            said = {"refusal": refusal, "token": token, "stamping": card}
            return self.show_game(said, status=422)
        return self.done("stamped", "play")


def _dots(card: Json) -> list[Json]:
    """Each place of the open card: whether it is stamped, and whether something is won there."""
    prizes = {each["at"] for each in card["positions"]}
    return [
        {"is_filled": place <= card["filled"], "is_prize": place in prizes}
        for place in range(1, card["size"] + 1)
    ]
