"""Repairing: staff make a loss good, or give freezes; always with a reason, never for money (G-62, G-63)."""

from collections.abc import Sequence
from datetime import datetime

from gamification.criteria.life.catalogue import Live
from gamification.streaks.facts import StreakRepaired
from gamification.streaks.keeping.courses import clocks_of, read_courses, read_streaks
from gamification.streaks.keeping.settling import settle
from gamification.streaks.keeping.states import Wake, hold_states
from gamification.streaks.kinds import ACTOR_LENGTH_MAX, FreezeKind, Verdict
from gamification.streaks.models import FreezeItem, Repair
from gamification.streaks.refusals import NotLost, ReasonMissing, RepairTooLate
from gamification.streaks.walks.terms import REPAIR_PERIODS_MAX
from gamification.streaks.walks.walking import Step, walk
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.tenants import Program


@unit_of_work
def repair_streak(
    *, program: Program, streak: Live, member_id: Id, reason: str, actor: Actor, at: datetime
) -> list[Repair]:
    """Bridge every missed period of the last loss, one row each, so that the former length is back.

    Raises ReasonMissing, NotLost, RepairTooLate.
    """
    if not reason.strip():
        raise ReasonMissing
    pair = (streak.definition_id, member_id)
    streaks = read_streaks(program=program, streak_ids={streak.definition_id})
    hold_states(program=program, pairs=[pair])
    clocks = clocks_of(program=program, streaks=streaks, pairs=[pair])
    (kept,) = read_courses(streaks=streaks, clocks=clocks, since={}).values()
    lost = _lost(walk(kept.course, now=at).steps)
    rows = Repair.objects.bulk_create(
        [
            Repair(
                streak_id=streak.definition_id,
                member_id=member_id,
                period_key=step.span.key,
                reason=reason.strip(),
                actor=actor.shown[:ACTOR_LENGTH_MAX],
                at=at,
            )
            for step in lost
        ]
    )
    wake = Wake(changed_from={pair: None}, quiet=frozenset({member_id}))
    walked = settle(program=program, streaks=streaks, pairs=[pair], wake=wake, at=at)[pair]
    announce(
        [
            StreakRepaired(
                program_id=program.pk,
                member_id=member_id,
                at=at,
                streak_id=streak.definition_id,
                version_id=streak.version_id,
                occasion=lost[0].span.key,
                length=walked.current,
            )
        ]
    )
    return rows


@unit_of_work
def give_freezes(
    *,
    program: Program,
    streak: Live,
    member_id: Id,
    gift: tuple[int, str],
    actor: Actor,
    at: datetime,
) -> FreezeItem:
    """Give so many freezes, for a reason; owned from now on, up to the streak's cap. Raises ReasonMissing."""
    quantity, reason = gift
    if not reason.strip():
        raise ReasonMissing
    pair = (streak.definition_id, member_id)
    streaks = read_streaks(program=program, streak_ids={streak.definition_id})
    hold_states(program=program, pairs=[pair])
    item = FreezeItem(
        streak_id=streak.definition_id,
        member_id=member_id,
        kind=FreezeKind.GRANTED,
        quantity=quantity,
        at=at,
        reason=reason.strip(),
        actor=actor.shown[:ACTOR_LENGTH_MAX],
    )
    item.occasion = item.shown_id
    item.save(force_insert=True)
    settle(program=program, streaks=streaks, pairs=[pair], wake=Wake(), at=at)
    return item  # fmt: skip


def _lost(steps: Sequence[Step]) -> list[Step]:
    """The missed periods of the last loss, from the one that ended the run up to the next that was done."""
    begins = [number for number, step in enumerate(steps) if step.ended]
    if not begins:
        raise NotLost
    over = [step for step in steps if step.verdict is not Verdict.OPEN]
    if len(over) - begins[-1] > REPAIR_PERIODS_MAX:
        raise RepairTooLate(periods_max=REPAIR_PERIODS_MAX, lost=steps[begins[-1]].span.key)
    lost = []
    for step in steps[begins[-1] :]:
        if step.verdict in {Verdict.DONE, Verdict.OPEN}:
            break
        if step.verdict is Verdict.MISSED:
            lost.append(step)
    return lost
