"""What every page of a game shares: the way to the others, the switch, and deeds that happen once."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gamification.badges.kinds import GAME as BADGES
from gamification.challenges.kinds import GAME as CHALLENGES
from gamification.criteria.life.catalogue import Live, book_of, live_definition
from gamification.criteria.switches import switch, switches_of
from gamification.leaderboards.kinds import GAME as BOARDS
from gamification.levels.kinds import GAME as LEVELS
from gamification.stamps.kinds import GAME as CARDS
from gamification.streaks.kinds import GAME as STREAKS
from loyalty.foundation.ids import new_id
from loyalty.foundation.refusals import DomainError, NotFound
from loyalty.foundation.units import UnitOfWork
from loyalty.foundation.wire import idempotency
from loyalty.foundation.wire.idempotency import Answer, Call
from loyalty.programs.tenants import Program
from portal.pages.base import Page

# Every game with its title and its page, in the order in which they are offered.
GAMES: Final[Mapping[str, tuple[Promise, str]]] = {
    CHALLENGES: (_("Challenges"), "play"),
    CARDS: (_("Stamp cards"), "play"),
    BADGES: (_("Badges"), "badges"),
    STREAKS: (_("Streaks"), "streaks"),
    LEVELS: (_("Levels"), "levels"),
    BOARDS: (_("Leaderboards"), "boards"),
}
ALL: Final = ""  # how the switch calls all games
OVERVIEW: Final = _("Challenges and cards")
UNREAD: Final = ("key", "csrfmiddlewaretoken")  # what a form says beside its own fields
DONE: Final[Mapping[str, Promise]] = {
    "joined": _("You are in. What counts is counted from now on."),
    "left": _("You have left. What you won stays yours."),
    "stamped": _("Stamped!"),
    "paused": _("The pause is noted. Your streak waits for you."),
    "seen": _("Kept. Boards show you this way from now on."),
    "off": _("Switched off. What you won stays yours."),
    "on": _("Switched on again. What you missed is being counted."),
}


class PlayPage(Page):
    """A page of one game, or of several."""

    here = "play"
    games: tuple[str, ...] = ()

    def get(self, request: HttpRequest, **told: str) -> HttpResponseBase:
        return self.show_game({"done": DONE.get(request.GET.get("done", ""))}, told=told)

    def game(self, told: Mapping[str, str]) -> Mapping[str, Any]:
        """What this page shows of its games."""
        return {}

    def show_game(
        self,
        said: Mapping[str, Any],
        *,
        told: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The page, with what was typed if that is refused."""
        there = {each.game for each in book_of(self.program).definitions}
        around = {
            "pages": [
                {
                    "address": f"portal:{page}",
                    "title": OVERVIEW if page == "play" else title,
                    "is_here": game in self.games,
                }
                for game, (title, page) in GAMES.items()
                if (page == "play" and game == CHALLENGES) or (page != "play" and game in there)
            ],
            "switches": self._switches(there),
            "key": new_id().hex,
        }
        return self.show({**around, **self.game(told or {}), **said}, status=status)

    def _switches(self, there: Collection[str]) -> list[dict[str, Any]]:
        """One for each game of this page; one for all while all are off, which the overview always has."""
        off = switches_of(program=self.program, member_id=self.member.pk)
        games = [] if ALL in off else [game for game in self.games if game in there]
        if ALL in off or (CHALLENGES in self.games and there):
            games.append(ALL)
        return [{"game": game, "title": title_of(game), "is_off": game in off} for game in games]

    def called(self, game: str, slug: str) -> Live:
        """The game's definition of this name. Raises Http404."""
        try:
            return live_definition(self.program, game, slug)
        except NotFound as unknown:
            raise Http404 from unknown

    def do(self, rule: UnitOfWork[Any, Any], /, **told: Any) -> None:
        """Do it once however often the form is sent: the hidden key says which sending it is. Raises DomainError."""

        def step() -> object:
            return rule.step(program=self.program, member_id=self.member.pk, at=self.now, **told)

        form = {name: text for name, text in self.request.POST.items() if name not in UNREAD}
        call = Call(
            scope=self.member.pk,
            key=idempotency.read_key(self.request.POST.get("key")),
            fingerprint=idempotency.fingerprint_of(
                method="POST", path=self.request.path, query="", body=form
            ),
            member_id=self.member.pk,
        )
        idempotency.once(
            call=call, rule=step, render=_nothing, render_refusal=_raise, races=rule.races
        )

    def done(self, deed: str, page: str, **told: str) -> HttpResponse:
        """On to a page that says that it is done."""
        response = self.to(page, status=303, **told)
        response.headers["Location"] += f"?done={deed}"
        return response


class Switch(PlayPage):
    """Switch a game off, or on again (G-29)."""

    def get(self, request: HttpRequest, **told: str) -> HttpResponseBase:
        return self.to("play")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        game, is_on = request.POST.get("game", ""), request.POST.get("on") == "yes"
        if game not in {*GAMES, ALL}:
            raise Http404
        try:
            self.do(switch, game=game, is_on=is_on)
        except DomainError as refusal:
            return self._state("portal/again.html", status=422, refusal=refusal)
        return self.done("on" if is_on else "off", GAMES.get(game, GAMES[CHALLENGES])[1])


def has_games(program: Program) -> bool:
    """Whether there is anything to play."""
    return bool(book_of(program).definitions)


def title_of(game: str) -> Promise:
    """What a switch is called."""
    return GAMES[game][0] if game in GAMES else _("All games")


def _nothing(_result: object) -> Answer:
    """Nothing of the answer is kept: the next page shows what has become of it."""
    return Answer(status=303, body=b"{}")


def _raise(refusal: DomainError) -> Answer:
    """A refusal is shown, not kept: the next try may end otherwise."""
    raise refusal
