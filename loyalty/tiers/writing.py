"""Writing: the one place where tier days, standings and moves reach the database. One statement a table."""

# ruff: noqa: S608 (put together from the names on this page; values travel as parameters)

import json
from collections.abc import Sequence
from typing import Any, Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact
from loyalty.tiers.book import TierBook
from loyalty.tiers.facts import TierDowngraded, TierFact, TierRenewed, TierUpgraded
from loyalty.tiers.kinds import Cause
from loyalty.tiers.maths.values import last_day_of_year
from loyalty.tiers.states.moving import (
    Move,
    grant_changes_next,
    in_force_until,
    noticed_next,
    reviewed_next,
)
from loyalty.tiers.states.reading import MemberState, to_json

# Differences, not sums: right even for a writer who came without the member's lock. A day of a folded year is its year's.
_DAYS: Final = """
    MERGE INTO loyalty_tierday AS kept
    USING (
        SELECT told.member_id, COALESCE(same.day, folded.day, told.day) AS day,
               sum(told.points)::bigint AS points, sum(told.spend)::bigint AS spend,
               sum(told.orders)::bigint AS orders, bool_or(told.is_year) AS is_year
        FROM unnest(%s::uuid[], %s::date[], %s::bigint[], %s::bigint[], %s::bigint[], %s::boolean[])
             AS told (member_id, day, points, spend, orders, is_year)
        LEFT JOIN loyalty_tierday AS same ON same.member_id = told.member_id AND same.day = told.day
        LEFT JOIN loyalty_tierday AS folded ON folded.member_id = told.member_id AND folded.is_year
             AND folded.day = make_date(extract(year FROM told.day)::int, 12, 31)
        GROUP BY 1, 2
    ) AS more
    ON kept.member_id = more.member_id AND kept.day = more.day
    WHEN MATCHED THEN UPDATE SET
        points = GREATEST(kept.points + more.points, 0), spend = GREATEST(kept.spend + more.spend, 0),
        orders = GREATEST(kept.orders + more.orders, 0), is_year = kept.is_year OR more.is_year
    WHEN NOT MATCHED THEN INSERT (member_id, day, program_id, points, spend, orders, is_year) VALUES
        (more.member_id, more.day, %s, GREATEST(more.points, 0), GREATEST(more.spend, 0), GREATEST(more.orders, 0),
         more.is_year)
"""
_STANDING: Final = (
    "member_id uuid, program_id uuid, revision_id uuid, slug text, how text, qualified_on date, counted_through date, "
    "through date, grace_through date, before jsonb, next_slug text, next_from date, next_qualified_on date, "
    "in_force text, since timestamptz, moves int, moved_at timestamptz, due_at timestamptz, grant_at timestamptz, notice_at timestamptz, "
    "noticed_for jsonb"
)
_MOVE: Final = (
    "id uuid, member_id uuid, program_id uuid, revision_id uuid, number int, cause text, from_slug text, to_slug text, "
    "standing_from text, standing_to text, day date, counted bigint, threshold bigint, source_id uuid, "
    "effective_from timestamptz, effective_to timestamptz, at timestamptz"
)


def _columns(told: str) -> tuple[list[str], str]:
    names, types = zip(*(column.split() for column in told.split(", ")), strict=True)
    return list(names), ", ".join(f"%s::{kind}[]" for kind in types)


_NAMES, _ARRAYS = _columns(_STANDING)
_STANDINGS: Final = (
    f"INSERT INTO loyalty_standing ({', '.join(_NAMES)}) SELECT * FROM unnest({_ARRAYS}) "
    f"ON CONFLICT (member_id) DO UPDATE SET {', '.join(f'{name} = EXCLUDED.{name}' for name in _NAMES[2:])}"
)
_NAMES, _ARRAYS = _columns(_MOVE)
# The open row is closed before the new one comes: reading `closed` makes PostgreSQL run it first.
_MOVES: Final = (
    "WITH closed AS (UPDATE loyalty_tiermove AS open SET effective_to = each.closes_at "
    "FROM unnest(%s::uuid[], %s::timestamptz[]) AS each (member_id, closes_at) "
    "WHERE open.member_id = each.member_id AND open.effective_to IS NULL RETURNING 1) "
    f"INSERT INTO loyalty_tiermove ({', '.join(_NAMES)}) SELECT fresh.* FROM unnest({_ARRAYS}) AS fresh "
    "WHERE (SELECT count(*) FROM closed) >= 0"
)


@inside_unit_of_work
def write(book: TierBook, *, more: Sequence[Fact] = (), is_silent: bool = False) -> None:
    """Write what this book changed and announce it: at most four statements, however many members."""
    _write_days(book)
    _write_standings(book)
    _write_moves(book)
    announce([*more, *facts_of(book, is_silent=is_silent)])


def facts_of(book: TierBook, *, is_silent: bool = False) -> list[TierFact]:
    """One fact per move of the tier in force; a move under a grant makes history, not a fact."""
    told = (_fact(book, made, is_silent=is_silent) for made in book.moves)
    return [fact for fact in told if fact is not None]


def _fact(book: TierBook, made: Move, *, is_silent: bool) -> TierFact | None:
    assert book.terms is not None
    state = book.states[made.member_id]
    said: dict[str, Any] = {
        "program_id": book.program.pk,
        "member_id": made.member_id,
        "at": made.at,
        "from_tier": made.from_slug,
        "to_tier": made.to_slug,
        "cause": made.cause,
        "since": made.effective_from,
        "until": in_force_until(state, book.terms, zone=book.program.zone, at=made.at),
        "metric": book.terms.metric,
    }
    if made.steps > 0:
        return TierUpgraded(**said, is_silent=is_silent)
    if made.steps < 0:
        return TierDowngraded(**said)
    is_renewal = made.cause == Cause.REVIEW and made.to_slug == made.standing_to
    return TierRenewed(**said) if is_renewal and made.standing_from == made.standing_to else None


def _write_days(book: TierBook) -> None:
    rows = sorted(
        (
            state.member_id,
            day,
            *change,
            day == last_day_of_year(day.year) and day.year in state.years,
        )
        for state in book.states.values()
        for day, change in state.changes.items()
        if any(change)
    )
    if rows:
        run(_DAYS, [*_turned(rows), book.program.pk])


def _write_standings(book: TierBook) -> None:
    changed = [state for state in book.states.values() if state.is_changed]
    rows = [
        _standing_row(book, state) for state in sorted(changed, key=lambda each: each.member_id)
    ]
    if rows:
        run(_STANDINGS, _turned(rows))


def _standing_row(book: TierBook, state: MemberState) -> tuple[Any, ...]:
    assert book.terms is not None
    standing, zone = state.standing, book.program.zone
    return (
        state.member_id,
        book.program.pk,
        book.terms.revision_id,
        standing.slug,
        standing.how,
        standing.qualified_on,
        standing.counted_through,
        standing.through,
        standing.grace_through,
        json.dumps(to_json(standing.before)),
        standing.next_slug,
        standing.next_from,
        standing.next_qualified_on,
        state.in_force,
        state.since,
        state.moves,
        state.moved_at,
        reviewed_next(state, zone=zone),
        grant_changes_next(state, at=book.at),
        noticed_next(state, book.terms, zone=zone),
        json.dumps([told.isoformat() for told in state.noticed_for if told > book.at]),
    )


def _write_moves(book: TierBook) -> None:
    if not book.moves:
        return
    first: dict[Id, Move] = {}
    following: dict[tuple[Id, int], Move] = {}
    for made in book.moves:
        first.setdefault(made.member_id, made)
        following[made.member_id, made.number - 1] = made
    rows = []
    for made in sorted(book.moves, key=lambda each: (each.member_id, each.number)):
        after = following.get((made.member_id, made.number))
        rows.append(_move_row(book, made, closes=after))
    closing = sorted((member_id, made.effective_from) for member_id, made in first.items())
    run(_MOVES, [*_turned(closing), *_turned(rows)])


def _move_row(book: TierBook, made: Move, *, closes: Move | None) -> tuple[Any, ...]:
    return (
        new_id(),
        made.member_id,
        book.program.pk,
        made.revision_id,
        made.number,
        made.cause,
        made.from_slug,
        made.to_slug,
        made.standing_from,
        made.standing_to,
        made.day,
        made.counted,
        made.threshold,
        made.source_id,
        made.effective_from,
        closes.effective_from if closes else None,
        made.at,
    )


def _turned(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
