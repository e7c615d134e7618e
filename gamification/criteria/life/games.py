"""Games: what a game says of itself at start-up, so that its definitions live like all others."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from gamification.criteria.measures.specs import Spec
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Text
from loyalty.foundation.shapes import Shape, closed
from loyalty.programs.tenants import Program

Settings = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a version would do on real history (G-23): members by tier or step, cost by kind of prize, by month, samples."""

    members: int
    by_item: Mapping[str, int] = field(default_factory=dict)
    cost_by_kind: Mapping[str, int] = field(default_factory=dict)
    money: int = 0
    by_month: Mapping[str, int] = field(default_factory=dict)
    samples: Sequence[Mapping[str, Any]] = ()
    # Who would get what: member, and tier, step or level. Of one page of members; a whole report does not keep it.
    reached: frozenset[tuple[Id, str]] = frozenset()


class ReadsSpecs(Protocol):
    """Every measure that these settings look at. Raises what reading a measure raises, with a pointer."""

    def __call__(self, program: Program, settings: Settings, *, zone: str = "") -> list[Spec]: ...


class Looks(Protocol):
    """What these settings would do for these members on the history there is; reads and writes nothing."""

    def __call__(
        self,
        *,
        program: Program,
        definition_id: Id,
        settings: Settings,
        zone: str,
        member_ids: Collection[Id],
        at: datetime,
    ) -> Report: ...


class Fills(Protocol):
    """Decide one page of members for what is live, inside a unit; `is_silent`: announce under the quiet names (G-25)."""

    def __call__(
        self,
        *,
        program: Program,
        definition_id: Id,
        member_ids: Collection[Id],
        is_silent: bool,
        at: datetime,
    ) -> None: ...


class CatchesUp(Protocol):
    """As `Fills`, silently, for what goes on after a pause that began at `since`."""

    def __call__(
        self,
        *,
        program: Program,
        definition_id: Id,
        member_ids: Collection[Id],
        since: datetime,
        at: datetime,
    ) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Game:
    """A game. `shape` is that of one definition's settings beside slug, name, state and grant_existing."""

    name: str
    prefix: str
    part: str
    title: Text
    fields: Mapping[str, Any]
    required: Sequence[str] = ()
    check: Callable[[Program, Settings], None]
    specs: ReadsSpecs
    prizes: Callable[[Settings], list[Mapping[str, Any]]]
    # What receivers want to have read already: (program, settings, zone, opened_at).
    read: Callable[[Program, Settings, str, datetime], Any] | None = None
    preview: Looks | None = None
    backfill: Fills | None = None
    # Where a pause hides what a backfill would not find any more.
    resume: CatchesUp | None = None
    # Whether a wording that is published must have been looked at first (G-23).
    needs_preview: bool = True
    # What stays as it was once a definition is in force, since what members have would mean something else.
    fixed: Callable[[Settings], Mapping[str, Any]] | None = None
    # What staff find when they write the first one.
    example: Mapping[str, Any] = field(default_factory=dict)


_games: Final[dict[str, Game]] = {}


def register_game(game: Game) -> Game:
    """Called once per game by its room."""
    assert game.name not in _games, f"two games are called {game.name}"
    _games[game.name] = game
    return game


def game_called(name: str) -> Game:
    """The game of this name."""
    return _games[name]


def games() -> list[Game]:
    """Every game there is, by name."""
    return [_games[name] for name in sorted(_games)]


def forget_game(name: str) -> None:
    """Forget a game; for tests that bring their own."""
    _games.pop(name, None)


def shape_of(game: Game) -> Shape:
    """The shape of the settings alone."""
    return Shape(closed(dict(game.fields), required=list(game.required)))
