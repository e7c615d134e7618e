"""History: past events as rules heard them. The room that keeps events answers; this one only asks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from loyalty.earning.kinds import SUSPENDED, Told
from loyalty.earning.settling.orders import ReturnTold
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program

# What kept a whole event from earning when it was judged; it would do so again.
_HELD_BACK = """
    SELECT x.event_id, x.body ->> 'why_nothing' FROM loyalty_explanation x WHERE x.event_id = ANY(%s::uuid[])
"""
_EARNED = """
    SELECT event_id, currency_id, sum(points - claimed)::bigint FROM loyalty_earning
    WHERE event_id = ANY(%s::uuid[]) GROUP BY event_id, currency_id
"""
HOLDING_BACK = frozenset({SUSPENDED, "birthday_kept"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Recalled:
    """One event as it was told to rules, of the member who answers for it today, and what came back of its order."""

    told: Told
    returns: tuple[ReturnTold, ...] = ()


class Recall(Protocol):
    """Events of these types in [since, until), by member, then time. Void and waiting ones are left out.

    `done` are types that rules ask members to have done: each event knows which of them its member had done before.
    """

    def __call__(
        self,
        *,
        program: Program,
        member_ids: Collection[Id],
        since: datetime,
        until: datetime,
        types: Collection[str],
        done: Collection[str],
    ) -> list[Recalled]: ...


class RecallOne(Protocol):
    """The event with this number (ours, or the shop's of an event or order) as rules heard it; None if there is none."""

    def __call__(self, *, program: Program, number: str) -> Recalled | None: ...


_recalls: list[Recall] = []
_recalls_one: list[RecallOne] = []


def recalls(answer: Recall) -> Recall:
    """Called once, by the room that keeps events."""
    _recalls[:] = [answer]
    return answer


def recalls_one(answer: RecallOne) -> RecallOne:
    """Called once, by the room that keeps events."""
    _recalls_one[:] = [answer]
    return answer


def recall_one(*, program: Program, number: str) -> Recalled | None:
    """One event, as `RecallOne` promises."""
    (answer,) = _recalls_one
    return answer(program=program, number=number)


def recall(
    *,
    program: Program,
    member_ids: Collection[Id],
    since: datetime,
    until: datetime,
    types: Collection[str],
    done: Collection[str],
) -> list[Recalled]:
    """What was told of these members, as `Recall` promises."""
    (answer,) = _recalls
    return answer(
        program=program, member_ids=member_ids, since=since, until=until, types=types, done=done
    )


def reasons_held_back(event_ids: Collection[Id]) -> dict[Id, str]:
    """Every judged event of these, with the reason that kept it from earning, or "". Others were never judged."""
    return {
        event_id: why if why in HOLDING_BACK else ""
        for event_id, why in run(_HELD_BACK, [list(event_ids)])
    }


def earned_by(event_ids: Collection[Id]) -> dict[Id, dict[Id, int]]:
    """What these events really earned, net of claims, by event and point currency."""
    earned: dict[Id, dict[Id, int]] = {}
    for event_id, currency_id, points in run(_EARNED, [list(event_ids)]):
        earned.setdefault(event_id, {})[currency_id] = points
    return earned
