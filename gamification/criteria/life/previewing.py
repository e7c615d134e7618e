"""Previewing: what a version would do on real history; nothing is kept but its report (G-23, G-24, G-30)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from gamification.criteria.kinds import PAGE
from gamification.criteria.life.games import Game, Report, game_called
from gamification.criteria.life.publishing import note_preview
from gamification.criteria.models import Definition, DefinitionVersion
from loyalty.foundation.ids import Id
from loyalty.members.persons import member_ids_after
from loyalty.programs.tenants import Program

SAMPLES: Final = 10


def preview(*, program: Program, version: DefinitionVersion, at: datetime) -> Report:
    """Look at this version on the history there is and note that it was looked at."""
    definition = version.definition
    report = look(
        program=program,
        definition=definition,
        settings=version.settings,
        zone=version.zone,
        at=at,
    )
    note_preview(version=version, report=told(report), at=at)
    return report


def look(
    *,
    program: Program,
    definition: Definition,
    settings: Mapping[str, Any],
    zone: str,
    at: datetime,
) -> Report:
    """What these settings would give, all members together, page by page; it reads and writes nothing."""
    whole = Report(members=0)
    for page in _pages(program):
        part = _part(program, definition, page, settings=settings, zone=zone, at=at)
        whole = _together(whole, part)
    return whole


def _pages(program: Program) -> Iterator[Sequence[Id]]:
    after: Id | None = None
    while page := member_ids_after(program_id=program.pk, after=after, limit=PAGE):
        after = page[-1]
        yield page


def _part(
    program: Program,
    definition: Definition,
    page: Sequence[Id],
    *,
    settings: Mapping[str, Any],
    zone: str,
    at: datetime,
) -> Report:
    """The report of one page of members."""
    game: Game = game_called(definition.game)
    assert game.preview, f"{game.name} has no preview"
    return game.preview(
        program=program,
        definition_id=definition.pk,
        settings=settings,
        zone=zone,
        member_ids=page,
        at=at,
    )


@dataclass(kw_only=True)
class Comparison:
    """Who would get something by one wording and not by the other; all are counted, some are named (G-30)."""

    gained: int = 0
    lost: int = 0
    gains: list[tuple[Id, str]] = field(default_factory=list)
    losses: list[tuple[Id, str]] = field(default_factory=list)


def compare(
    *, program: Program, before: DefinitionVersion, after: DefinitionVersion, at: datetime
) -> Comparison:
    """What this version would give and that one not, on the history there is; it reads and writes nothing."""
    whole = Comparison()
    for page in _pages(program):
        one, other = (
            _part(
                program, each.definition, page, settings=each.settings, zone=each.zone, at=at
            ).reached
            for each in (before, after)
        )
        gains, losses = sorted(other - one), sorted(one - other)
        whole.gained += len(gains)
        whole.lost += len(losses)
        whole.gains += gains[: SAMPLES - len(whole.gains)]
        whole.losses += losses[: SAMPLES - len(whole.losses)]
    return whole


def told(report: Report) -> dict[str, Any]:
    """The report as it is kept and shown."""
    return {
        "members": report.members,
        "by_item": dict(report.by_item),
        "cost_by_kind": dict(report.cost_by_kind),
        "money": report.money,
        "by_month": dict(sorted(report.by_month.items())),
        "samples": list(report.samples),
    }


def _together(one: Report, other: Report) -> Report:
    return Report(
        members=one.members + other.members,
        by_item=Counter(one.by_item) + Counter(other.by_item),
        cost_by_kind=Counter(one.cost_by_kind) + Counter(other.cost_by_kind),
        money=one.money + other.money,
        by_month=Counter(one.by_month) + Counter(other.by_month),
        samples=[*one.samples, *other.samples][:SAMPLES],
    )
