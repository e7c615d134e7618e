"""Suspending: people keep a member's entry in one period from the board, or let it stand again, with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gamification.leaderboards.kinds import ACTOR_LENGTH_MAX, FROZEN, REASON_LENGTH_MAX, Ruling
from gamification.leaderboards.models import BoardPeriod, BoardRuling, BoardScore
from gamification.leaderboards.models.frozen import WRITE_LOCK
from gamification.leaderboards.refusals import BoardReasonMissing, NoEntry, PeriodFinal
from gamification.leaderboards.seeing.showing import show_or_hide
from gamification.leaderboards.telling.reading import opened
from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import unit_of_work
from loyalty.programs.tenants import Program

RULINGS_TOLD: Final = 50
# The lock of whoever writes scores: the period does not become final before we commit.
_HOLD: Final = "SELECT pg_advisory_xact_lock_shared(%s, hashtext(%s::text))"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What is decided about whose entry of which board and period, and why."""

    slug: str
    period: str
    member_id: Id
    ruling: Ruling
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryView:
    """An entry after a decision."""

    slug: str
    period: str
    member_id: Id
    score: int
    is_shown: bool
    suspended_at: datetime | None
    rulings: Sequence[BoardRuling]


@unit_of_work
def decide_entry(*, program: Program, decision: Decision, actor: Actor, at: datetime) -> EntryView:
    """Keep an entry from the board, or let it stand again; told again it stays as it is.

    While it is suspended it goes on counting, is in no row and no rank, and wins nothing. Raises NotFound,
    BoardReasonMissing, NoEntry, PeriodFinal.
    """
    if not decision.reason.strip():
        raise BoardReasonMissing(pointer="/reason")
    period = _held(program, decision, at=at)
    entries = BoardScore.objects.select_for_update().filter(
        period=period, member_id=decision.member_id
    )
    row = entries.first()
    if row is None:
        raise NoEntry(period=period.key)
    is_wanted = decision.ruling is Ruling.SUSPENDED
    if is_wanted != (row.suspended_at is not None):
        entries.update(suspended_at=at if is_wanted else None, shown=row.shown and not is_wanted)
        BoardRuling.objects.create(
            period=period,
            member_id=decision.member_id,
            ruling=decision.ruling,
            reason=decision.reason.strip()[:REASON_LENGTH_MAX],
            actor=actor.shown[:ACTOR_LENGTH_MAX],
            at=at,
        )
        show_or_hide([decision.member_id])
    return entry_of(period=period, slug=decision.slug, member_id=decision.member_id)


def entry_of(*, period: BoardPeriod, slug: str, member_id: Id) -> EntryView:
    """A member's entry in a period, with what was decided about it, the latest first. Raises NoEntry."""
    row = BoardScore.objects.filter(period=period, member_id=member_id).first()
    if row is None:
        raise NoEntry(period=period.key)
    rulings = BoardRuling.objects.filter(period=period, member_id=member_id).order_by("-pk")
    return EntryView(
        slug=slug,
        period=period.key,
        member_id=member_id,
        score=row.score,
        is_shown=row.shown,
        suspended_at=row.suspended_at,
        rulings=list(rulings[:RULINGS_TOLD]),
    )


def _held(program: Program, decision: Decision, *, at: datetime) -> BoardPeriod:
    told = opened(program=program, slug=decision.slug, period=decision.period, at=at)
    period_id = told.histogram.period_id
    run(_HOLD, [WRITE_LOCK, period_id])
    period = BoardPeriod.objects.filter(pk=period_id).first()
    if period is None:
        raise NoEntry(period=decision.period)
    if period.state in FROZEN:
        raise PeriodFinal(period=period.key)
    return period
