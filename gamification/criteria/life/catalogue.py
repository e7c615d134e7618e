"""Catalogue: what is live, as every receiver needs it, kept in memory by the programme's play version (G-19)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import F, OuterRef, Subquery

from gamification.criteria.kinds import DefinitionState
from gamification.criteria.life.games import Game, game_called, games
from gamification.criteria.measures.specs import Spec
from gamification.criteria.measures.states import wakes
from gamification.criteria.models import Definition, DefinitionVersion, Measure, PlayVersion
from loyalty.foundation.database.looking import asked_once
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program
from loyalty.programs.texts import in_words

BOOKS_MAX: Final = 200  # programmes whose map one process keeps; more are read again


@dataclass(frozen=True, kw_only=True)
class Live:
    """A definition with the version in force. `specs` count from its opening where they say so."""

    definition_id: Id
    version_id: Id
    game: str
    slug: str
    texts: Mapping[str, str]
    number: int
    state: str
    settings: Mapping[str, Any]
    zone: str
    specs: Sequence[Spec]
    opened_at: datetime
    published_at: datetime
    grant_existing: str
    parsed: Any = None  # what the game has made of the settings

    @property
    def shown_id(self) -> str:
        """The id as callers see it, with the prefix of its game."""
        return shown(game_called(self.game).prefix, self.definition_id)

    @property
    def name(self) -> str:
        """What it is called, in the active language."""
        return in_words(self.texts) or self.slug

    @property
    def is_live(self) -> bool:
        """Whether it decides now; a paused one keeps its tallies and decides nothing (G-28)."""
        return self.state == DefinitionState.LIVE


@dataclass(frozen=True, kw_only=True)
class Book:
    """What is live and paused in one programme, and what wakes it."""

    program_id: Id
    number: int
    definitions: Sequence[Live]
    measures: Mapping[str, Id] = field(default_factory=dict)  # additive ones: digest → id

    def of(self, game: str) -> list[Live]:
        """The live definitions of a game."""
        return [each for each in self.definitions if each.game == game and each.is_live]

    def woken(self, game: str, kinds: Collection[str]) -> list[Live]:
        """The live definitions of a game that look at one of these kinds of deeds, or hear one of these facts."""
        asked = set(kinds)
        return [each for each in self.of(game) if any(wakes(spec) & asked for spec in each.specs)]

    def wakes(self, kinds: Collection[str]) -> bool:
        """Whether anything live looks at one of these kinds."""
        return not self.kinds.isdisjoint(kinds)

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of deeds that something live looks at."""
        live = [each for each in self.definitions if each.is_live]
        return frozenset(spec.of for each in live for spec in each.specs if spec.of)

    def tallied(self, kinds: Collection[str]) -> dict[Id, tuple[Spec, str]]:
        """The additive measures over these kinds, with the zone they are read in, by id."""
        asked = set(kinds)
        return {
            self.measures[spec.digest]: (spec, each.zone)
            for each in self.definitions
            for spec in each.specs
            if spec.of in asked and spec.digest in self.measures
        }


_books: Final[dict[Id, Book]] = {}


def book_of(program: Program) -> Book:
    """What is live in this programme; one statement when the play version has not moved."""
    return _book(program, play_number(program.pk))


def programs_with_books(program_ids: Collection[Id]) -> list[tuple[Program, Book]]:
    """These programmes by id, with what is live in each; one statement while no play version has moved."""
    number = Subquery(PlayVersion.objects.filter(program_id=OuterRef("pk")).values("number")[:1])
    rows = Program.objects.filter(pk__in=set(program_ids)).annotate(play_number=number)
    return [(each, _book(each, each.play_number or 0)) for each in rows.order_by("pk")]


def _book(program: Program, number: int) -> Book:
    kept = _books.get(program.pk)
    if kept is not None and kept.number == number:
        return kept
    book = _read(program, number)
    if len(_books) >= BOOKS_MAX:
        _books.pop(next(iter(_books)))
    _books[program.pk] = book
    return book


def has_games(program: Program) -> bool:
    """Whether anything is live or paused."""
    return bool(book_of(program).definitions)


@asked_once
def play_number(program_id: Id) -> int:
    """The programme's play version; 0 where nothing was ever published."""
    found = PlayVersion.objects.filter(program_id=program_id).values_list("number", flat=True)
    return found.first() or 0


@inside_unit_of_work
def move_play_version(program: Program) -> None:
    """What is live has changed: maps in memory are out of date once this commits."""
    PlayVersion.objects.bulk_create([PlayVersion(program=program)], ignore_conflicts=True)
    PlayVersion.objects.filter(program=program).update(number=F("number") + 1)
    _books.pop(program.pk, None)


def live_definition(program: Program, game: str, slug: str) -> Live:
    """The definition of this game with this short name, live or paused. Raises NotFound."""
    for each in book_of(program).definitions:
        if each.game == game and each.slug == slug:
            return each
    raise NotFound


def as_live(program: Program, definition: Definition, version: DefinitionVersion, *, opened_at: datetime) -> Live:  # fmt: skip
    """A definition with one of its versions, read as if that were in force."""
    zone, game = version.zone, game_called(definition.game)
    specs = game.specs(program, version.settings, zone=zone)
    read = game.read
    return Live(
        definition_id=definition.pk,
        version_id=version.pk,
        game=definition.game,
        slug=definition.slug,
        texts=definition.name,
        number=version.number,
        state=definition.state,
        settings=version.settings,
        zone=zone,
        specs=tuple(spec.opened(opened_at) for spec in specs),
        opened_at=opened_at,
        published_at=version.published_at or opened_at,
        grant_existing=version.grant_existing,
        parsed=read(program, version.settings, zone, opened_at) if read else None,
    )


def versions_called(program: Program, version_ids: Collection[Id]) -> dict[Id, Live]:
    """These versions as they were in force, by id: what was decided is judged again by its own wording."""
    rows = DefinitionVersion.objects.filter(
        pk__in=version_ids, definition__program=program
    ).select_related("definition")
    opened = _opened_at([row.definition_id for row in rows])
    return {
        row.pk: as_live(program, row.definition, row, opened_at=opened[row.definition_id])
        for row in rows
    }


def _read(program: Program, number: int) -> Book:
    """Three statements for any number of definitions."""
    known = {game.name for game in games()}
    definitions = [
        each
        for each in Definition.objects.filter(
            program=program, state__in=(DefinitionState.LIVE, DefinitionState.PAUSED)
        ).order_by("created_at", "pk")
        if each.game in known
    ]
    ids = [each.pk for each in definitions]
    versions: dict[tuple[Id, int], DefinitionVersion] = {}
    opened: dict[Id, datetime] = {}
    rows = DefinitionVersion.objects.filter(definition_id__in=ids, published_at__isnull=False)
    for row in rows.order_by("number"):
        versions[row.definition_id, row.number] = row
        if row.published_at:
            opened.setdefault(row.definition_id, row.published_at)
    told = [
        as_live(program, each, versions[each.pk, each.live_number or 0], opened_at=opened[each.pk])
        for each in definitions
    ]
    digests = {spec.digest for each in told for spec in each.specs if spec.is_additive}
    measures = Measure.objects.filter(program=program, digest__in=digests)
    return Book(
        program_id=program.pk,
        number=number,
        definitions=told,
        measures=dict(measures.values_list("digest", "pk")),
    )


def _opened_at(definition_ids: Sequence[Id]) -> dict[Id, datetime]:
    opened: defaultdict[Id, list[datetime]] = defaultdict(list)
    rows = DefinitionVersion.objects.filter(
        definition_id__in=definition_ids, published_at__isnull=False
    )
    for definition_id, at in rows.values_list("definition_id", "published_at"):
        if at:
            opened[definition_id].append(at)
    return {definition_id: min(instants) for definition_id, instants in opened.items()}


def game_of(live: Live) -> Game:
    """The game that it belongs to."""
    return game_called(live.game)
