"""Reading: everything that decides about members' tiers, in a constant number of statements."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from loyalty.foundation.database.looking import seen_once
from loyalty.foundation.database.statements import Values, run
from loyalty.foundation.ids import Id
from loyalty.programs.calendar import local_day
from loyalty.tiers.kinds import How
from loyalty.tiers.maths.values import Standing, Tally

Figures = tuple[int, int, int]  # points, spend, orders
NOTHING: Final[Figures] = (0, 0, 0)

_MEMBERS: Final = """
    SELECT m.id, m.joined_at, s.revision_id, s.slug, s.how, s.qualified_on, s.counted_through, s.through,
           s.grace_through, s.before, s.next_slug, s.next_from, s.next_qualified_on, s.in_force, s.since, s.moves,
           s.moved_at, s.noticed_for,
           (SELECT jsonb_agg(jsonb_build_array(g.id, g.slug, g.begins_at, g.until, g.source) ORDER BY g.id)
            FROM loyalty_tiergrant g WHERE g.member_id = m.id AND g.ended_at IS NULL)
    FROM loyalty_member m LEFT JOIN loyalty_standing s ON s.member_id = m.id
    WHERE m.id = ANY(%s::uuid[]) AND m.program_id = %s
"""
_DAYS: Final = """
    SELECT member_id, day, points, spend, orders, is_year FROM loyalty_tierday
    WHERE member_id = ANY(%s::uuid[]) AND day >= %s
"""
_MOVES: Final = """
    SELECT member_id, effective_from, from_slug, to_slug FROM loyalty_tiermove
    WHERE member_id = ANY(%s::uuid[]) ORDER BY member_id, number
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A grant that was not ended."""

    id: Id
    slug: str
    begins_at: datetime
    until: datetime | None
    source: str


@dataclass(kw_only=True, slots=True)
class MemberState:
    """One member as read, moved in memory by the book."""

    member_id: Id
    joined_on: date
    standing: Standing
    in_force: str
    revision_id: Id | None
    since: datetime
    moves: int = 0
    moved_at: datetime | None = None
    looked_at: datetime | None = None
    noticed_for: list[datetime] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    changes: dict[date, list[int]] = field(default_factory=dict)
    tally: Tally | None = None
    years: set[int] = field(
        default_factory=set
    )  # of its days that were read, those that were folded
    is_changed: bool = False
    told: list[tuple[datetime, str, str]] = field(default_factory=list)


def read_members(*, program_id: Id, member_ids: Collection[Id]) -> dict[Id, Values]:
    """These members' standings and grants as they are kept: what `state_of` reads, as often as it is asked."""
    return {row[0]: row for row in _member_rows(program_id, tuple(member_ids))}


@seen_once
def _member_rows(program_id: Id, member_ids: tuple[Id, ...]) -> list[Values]:
    """One statement; a page that shows points and rewards asks for both with it."""
    return run(_MEMBERS, [list(member_ids), program_id])


def read_days(
    *, states: Mapping[Id, MemberState], first: date
) -> Mapping[Id, list[tuple[date, Figures]]]:
    """What these members were counted from this day on; their states learn which years of it were folded."""
    found: dict[Id, list[tuple[date, Figures]]] = {member_id: [] for member_id in states}
    for member_id, day, points, spend, orders, is_year in run(_DAYS, [list(states), first]):
        found[member_id].append((day, (points, spend, orders)))
        if is_year:
            states[member_id].years.add(day.year)
    return found


def read_moves(*, member_ids: Collection[Id]) -> Mapping[Id, list[tuple[datetime, str, str]]]:
    """Every move of these members: from when, from which tier, to which."""
    found: dict[Id, list[tuple[datetime, str, str]]] = {member_id: [] for member_id in member_ids}
    for member_id, effective_from, from_slug, to_slug in run(_MOVES, [list(member_ids)]):
        found[member_id].append((effective_from, from_slug, to_slug))
    return found


def to_json(standing: Standing | None) -> dict[str, Any] | None:
    """A standing as it is kept under a climb."""
    if standing is None:
        return None
    return {
        "slug": standing.slug,
        "how": standing.how,
        "qualified_on": _text(standing.qualified_on),
        "counted_through": _text(standing.counted_through),
        "through": _text(standing.through),
        "grace_through": _text(standing.grace_through),
        "before": to_json(standing.before),
    }


def from_json(told: Mapping[str, Any] | None) -> Standing | None:
    """The standing that `to_json` wrote."""
    if told is None:
        return None
    return Standing(
        slug=told["slug"],
        how=How(told["how"]),
        qualified_on=_day(told["qualified_on"]),
        counted_through=_day(told["counted_through"]),
        through=_day(told["through"]),
        grace_through=_day(told["grace_through"]),
        before=from_json(told["before"]),
    )


def state_of(row: Values, *, zone: str, lowest: str) -> MemberState:
    """One member as kept; who has no row yet stands on the lowest tier since they joined."""
    (member_id, joined_at, revision_id, slug, how, qualified_on, counted_through, through, grace_through, before,
     next_slug, next_from, next_qualified_on, in_force, since, moves, moved_at, noticed_for,
     grants) = row  # fmt: skip
    standing = Standing(slug=lowest)
    if revision_id is not None:
        standing = Standing(
            slug=slug,
            how=How(how),
            qualified_on=qualified_on,
            counted_through=counted_through,
            through=through,
            grace_through=grace_through,
            before=from_json(_parsed(before)),
            next_slug=next_slug,
            next_from=next_from,
            next_qualified_on=next_qualified_on,
        )
    return MemberState(
        member_id=member_id,
        joined_on=local_day(joined_at, zone),
        standing=standing,
        in_force=in_force or lowest,
        revision_id=revision_id,
        since=since or joined_at,
        moves=moves or 0,
        moved_at=moved_at,
        noticed_for=[datetime.fromisoformat(told) for told in _parsed(noticed_for) or ()],
        grants=[_grant(told) for told in _parsed(grants) or ()],
    )


def _grant(told: list[Any]) -> Grant:
    grant_id, slug, begins_at, until, source = told
    return Grant(
        id=Id(grant_id),
        slug=slug,
        begins_at=datetime.fromisoformat(begins_at),
        until=None if until is None else datetime.fromisoformat(until),
        source=source,
    )


def _parsed(value: Any) -> Any:
    """JSON as Python; Django leaves jsonb of raw statements as text."""
    return json.loads(value) if isinstance(value, str) else value


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
