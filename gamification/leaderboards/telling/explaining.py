"""Explaining: why somebody has this score, which deeds count, and which nearly did (G-102, G-103)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from gamification.criteria.explaining import verdict
from gamification.criteria.kinds import Reason
from gamification.criteria.measures.counting import Who, contributions
from gamification.criteria.measures.narrowing import Sql, clauses
from gamification.criteria.models import PlaySetting
from gamification.leaderboards.kinds import GAME
from gamification.leaderboards.telling.reading import Mine, Opened, mine_of, opened
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.proofs.proving import snapshot
from loyalty.members.persons import standings_of
from loyalty.programs.tenants import Program

Json = dict[str, Any]
DEEDS_TOLD: Final = 20
MISSES_TOLD: Final = 5
LOOKED_AT: Final = 200  # of the latest deeds of that kind

_LATEST: Final = """
    SELECT d.id, d.occurred_at, @clauses
    FROM (SELECT * FROM gamification_deed WHERE member_id = %s AND kind = %s
          ORDER BY occurred_at DESC, id DESC LIMIT %s) AS d
    ORDER BY d.occurred_at DESC, d.id DESC
"""


def explain_score(*, program: Program, slug: str, period: str, member_id: Id, at: datetime) -> Json:
    """The verdict on a member, the deeds behind the score, and the latest that failed one condition. Raises NotFound."""
    with snapshot():
        told = opened(program=program, slug=slug, period=period, at=at)
        mine = mine_of(told.histogram, member_id)
        reason = _reason(told, mine, member_id)
        who = Who(member_id=member_id, since=told.span.starts_at, until=told.span.ends_at)
        counted = contributions(spec=told.board.spec, zone=told.board.live.zone, who=[who])
        return {
            "leaderboard": told.board.live.slug,
            "version": told.board.live.number,
            "period": told.span.key,
            "as_of": at,
            **verdict(reason),
            "score": mine.score,
            "is_shown": mine.is_shown,
            "tree": {"measure": dict(told.board.live.settings["measure"]), "value": mine.score},
            "deeds": [
                {
                    "deed": shown("ded", each.deed_id),
                    "at": each.occurred_at,
                    "value": each.value,
                    "in_time": each.recorded_at < told.closes_at,
                }
                for each in reversed(counted[-DEEDS_TOLD:])
            ],
            "near_misses": _near_misses(told, member_id),
        }


def _reason(told: Opened, mine: Mine, member_id: Id) -> Reason:
    if not told.board.live.is_live:
        return Reason.PAUSED
    standing = standings_of([member_id]).get(member_id)
    if standing is None or not standing.is_active or mine.is_suspended:
        return Reason.EXCLUDED_MEMBER
    if PlaySetting.objects.filter(member_id=member_id, game__in=(GAME, "")).exists():
        return Reason.SWITCHED_OFF
    if not mine.is_admitted:
        return Reason.STATE_NOT_NOW
    return Reason.REACHED if mine.score else Reason.NOT_YET


def _near_misses(told: Opened, member_id: Id) -> list[Json]:
    """Up to five of the latest deeds that failed exactly one condition, with which."""
    asked = _conditions(told)
    text = ", ".join(f"({each.text})" for _reason, each in asked)
    values = [value for _reason, each in asked for value in each.values]
    rows = run(
        _LATEST.replace("@clauses", text), [*values, member_id, told.board.spec.of, LOOKED_AT]
    )
    found: list[Json] = []
    for deed_id, occurred_at, *holds in rows:
        failed = _failed(asked, holds)
        if len(failed) == 1:
            found.append(
                {"deed": shown("ded", deed_id), "at": occurred_at, **verdict(Reason(failed[0]))}
            )
    return found[:MISSES_TOLD]


def _failed(asked: Sequence[tuple[str, Sql]], holds: Sequence[bool | None]) -> list[str]:
    return [reason for (reason, _sql), is_so in zip(asked, holds, strict=True) if not is_so]


def _conditions(told: Opened) -> list[tuple[str, Sql]]:
    """Everything that a deed of the right kind has to fulfil, by the reason that stands for it."""
    spec, span = told.board.spec, told.span
    conditions = [
        (Reason.BEFORE_START.value, Sql("d.occurred_at >= %s", (span.starts_at,))),
        (Reason.OUTSIDE_WINDOW.value, Sql("d.occurred_at < %s", (span.ends_at,))),
        (Reason.AFTER_CLOSING.value, Sql("d.recorded_at < %s", (told.closes_at,))),
        (Reason.RETURNED.value, Sql("d.void_at IS NULL")),
    ]
    if spec.currency_id is not None:
        same = Sql("d.currency_id = %s", (spec.currency_id,))
        conditions.append((Reason.OTHER_CURRENCY.value, same))
    return conditions + clauses(spec, zone=told.board.live.zone)
