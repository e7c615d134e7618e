"""Boards: the first, then around the member, the distance to the next; and how the member wants to be seen (G-84)."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from gamification.leaderboards.kinds import GAME, Choice
from gamification.leaderboards.seeing.choosing import Wanted, choose_visibility, visibility_of
from gamification.leaderboards.telling.reading import boards_in
from gamification.leaderboards.telling.showing import show_board
from loyalty.foundation.refusals import DomainError
from portal.pages.play.base import PlayPage
from portal.pages.play.prizes import words_for

FIRST: Final = 3
SIDES: Final = (2, 2)
TEXT_VERSION: Final = "portal-1"  # of the words beside the choice: another number with other words


class Boards(PlayPage):
    """One board; without a name the programme's first."""

    template = "portal/play/boards.html"
    games = (GAME,)

    def game(self, told: Mapping[str, str]) -> Mapping[str, Any]:
        boards = boards_in(self.program)
        if not boards:
            return {"board": None}
        slug = told.get("board") or boards[0].live.slug
        live = self.called(GAME, slug)
        board = show_board(
            program=self.program,
            slug=live.slug,
            member_id=self.member.pk,
            first=FIRST,
            sides=SIDES,
            at=self.now,
        )
        words = words_for(
            program=self.program,
            prizes=[each["prize"] for each in board["prizes"]],
            style=self.style,
        )
        for each in board["prizes"]:
            each["prize_words"] = words(each["prize"])
        row = visibility_of(self.member.pk)
        return {
            "board": board,
            "slug": slug,
            "others": [each.live for each in boards if each.live.slug != slug],
            "choice": board["me"]["visibility"],
            "nickname": row.nickname if row else "",
            "has_gap": _has_gap(board),
        }


class Seen(Boards):
    """How the member wants to be seen on boards: hidden, under a nickname, or by name."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        typed = {name: request.POST.get(name, "") for name in ("choice", "nickname")}
        if typed["choice"] not in Choice.values:
            raise Http404
        choice = Choice(typed["choice"])
        wanted = Wanted(
            choice=choice,
            nickname=typed["nickname"].strip() if choice == Choice.PSEUDONYM else "",
            text_version=TEXT_VERSION,
        )
        try:
            self.do(choose_visibility, wanted=wanted)
        except DomainError as refusal:
            return self._refused(refusal, typed)
        return self.done("seen", "boards")

    def _refused(self, refusal: DomainError, typed: Mapping[str, str]) -> HttpResponse:
        return self.show_game({"refusal": refusal, **typed}, status=422)


def _has_gap(board: Mapping[str, Any]) -> bool:
    """Whether somebody stands between the first and those around the member."""
    around = [each["place"] for each in board["around"] if each["place"] is not None]
    return bool(board["first"]) and bool(around) and around[0] > len(board["first"]) + 1
