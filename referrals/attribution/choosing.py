"""Choosing: which touch brought a friend, decided once at the moment of joining, and explained (R-15, R-16). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from loyalty.foundation.ids import Id
from referrals.attribution.kinds import TouchKind

# An express statement outranks a cookie.
RANK: Final = {
    TouchKind.STAFF: 0,
    TouchKind.TYPED: 1,
    TouchKind.CLAIM: 1,
    TouchKind.CLICK: 2,
    TouchKind.QR: 2,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A touch that may have brought the friend."""

    touch_id: Id
    kind: TouchKind
    occurred_at: datetime
    priority: int
    window: timedelta
    is_plan_live: bool
    is_advocate_active: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Which touch won, if one did, and what became of each."""

    winner: Candidate | None
    why: dict[Id, str]


def choose(candidates: Sequence[Candidate], *, joined_at: datetime) -> Choice:
    """The winner among the valid ones: staff, then the typed code, then links by priority and time."""
    why = {each.touch_id: _why_not(each, joined_at) for each in candidates}
    valid = [each for each in candidates if not why[each.touch_id]]
    winner = min(valid, key=_place, default=None)
    for each in valid:
        why[each.touch_id] = "won" if each is winner else _why_lost(each, winner)
    return Choice(winner=winner, why=why)


def is_in_window(*, occurred_at: datetime, joined_at: datetime, window: timedelta) -> bool:
    """Strictly before the window's end (R-2, R-15)."""
    return joined_at < occurred_at + window


def _why_not(candidate: Candidate, joined_at: datetime) -> str:
    if not candidate.is_plan_live:
        return "plan_closed"
    if not candidate.is_advocate_active:
        return "advocate_suspended"
    in_window = is_in_window(
        occurred_at=candidate.occurred_at, joined_at=joined_at, window=candidate.window
    )
    return "" if in_window else "window_over"


def _place(candidate: Candidate) -> tuple[int, int, datetime, Id]:
    is_link = RANK[candidate.kind] == RANK[TouchKind.CLICK]
    priority = -candidate.priority if is_link else 0
    return RANK[candidate.kind], priority, candidate.occurred_at, candidate.touch_id


def _why_lost(candidate: Candidate, winner: Candidate | None) -> str:
    assert winner is not None, "somebody won if anybody was valid"
    if RANK[candidate.kind] > RANK[winner.kind]:
        return "outranked"
    return "lower_priority" if candidate.priority < winner.priority else "later"
