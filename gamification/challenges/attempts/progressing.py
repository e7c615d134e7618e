"""Progressing: how far members are in a run, from their net deeds; pure reading, a few statements for many (G-48, G-49)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from gamification.challenges.kinds import GRACE
from gamification.challenges.terms import Step, Terms
from gamification.criteria.measures.counting import (
    Contribution,
    Who,
    contributions,
    crossings,
    recorded_within,
    values_of,
)
from gamification.criteria.measures.states import measure_called
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program

Slot: TypeAlias = tuple[Id, str]
_IN_TIME: Final = recorded_within(int(GRACE.total_seconds()))
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One go: what each step has come to, and when the last of them was reached."""

    values: tuple[int, ...]
    completed_at: datetime | None = None


def standings_in(
    *, program: Program, terms: Terms, who: Sequence[Who], at: datetime
) -> dict[Slot, list[Standing]]:
    """How far each member is in the run asked about, by member and key; repeats one after the other, the open one last.

    Two statements a step, one where the challenge repeats.
    """
    if terms.repeats:
        return _repeats(terms, who)
    reached: dict[Slot, list[tuple[int, datetime | None]]] = {(w.member_id, w.key): [] for w in who}
    asked = list(who)
    for step in terms.steps:
        found = _step(program, terms, step, asked, at=at)
        for slot, row in reached.items():
            row.append(found.get(slot, (0, None)))
        if terms.is_strict:
            asked = _after(asked, found)
    return {slot: [_standing(row)] for slot, row in reached.items()}


def _standing(row: Sequence[tuple[int, datetime | None]]) -> Standing:
    instants = [when for _value, when in row if when is not None]
    done = len(instants) == len(row)
    return Standing(
        values=tuple(value for value, _when in row), completed_at=max(instants) if done else None
    )


def _step(
    program: Program, terms: Terms, step: Step, who: Sequence[Who], *, at: datetime
) -> dict[Slot, tuple[int, datetime | None]]:
    """The value of one step, and when it was first enough."""
    if not step.spec.is_over_deeds:
        return _state(program, terms, step, who, at=at)
    values = values_of(spec=step.spec, zone=terms.zone, who=who, source=_IN_TIME)
    enough = [w for w in who if values.get((w.member_id, w.key), 0) >= step.at_least]
    crossed = crossings(
        spec=step.spec, zone=terms.zone, who=enough, targets=[step.at_least], source=_IN_TIME
    )
    when = {(each.member_id, each.key): each.at for each in crossed}
    return {slot: (value, when.get(slot)) for slot, value in values.items()}


def _state(
    program: Program, terms: Terms, step: Step, who: Sequence[Who], *, at: datetime
) -> dict[Slot, tuple[int, datetime | None]]:
    """A step that another game answers for; what was reached before the run counts from its beginning."""
    measure = measure_called(step.spec.kind)
    if measure is None:
        return {}
    found = {
        each.member_id: each
        for each in measure.read(
            program=program,
            spec=step.spec,
            zone=terms.zone,
            member_ids={w.member_id for w in who},
            targets=[step.at_least],
            at=at,
        )
    }
    answers: dict[Slot, tuple[int, datetime | None]] = {}
    for w in who:
        crossing = found.get(w.member_id)
        if crossing is not None and (w.until is None or crossing.at < w.until):
            when = max(crossing.at, w.since) if w.since else crossing.at
            answers[w.member_id, w.key] = (crossing.value, when)
    return answers


def _after(who: Sequence[Who], found: Mapping[Slot, tuple[int, datetime | None]]) -> list[Who]:
    """Only what comes after the step before counts for the next; who has not reached it has nothing to count yet."""
    left = []
    for w in who:
        when = found.get((w.member_id, w.key), (0, None))[1]
        if when is not None and (w.until is None or when + _INSTANT < w.until):
            left.append(Who(member_id=w.member_id, key=w.key, since=when + _INSTANT, until=w.until))
    return left


def _repeats(terms: Terms, who: Sequence[Who]) -> dict[Slot, list[Standing]]:
    (step,) = terms.steps
    told: dict[Slot, list[Contribution]] = {(w.member_id, w.key): [] for w in who}
    for each in contributions(spec=step.spec, zone=terms.zone, who=who, source=_IN_TIME):
        told[each.member_id, each.key].append(each)
    return {
        slot: repeated(
            [(each.occurred_at, each.value) for each in rows],
            at_least=step.at_least,
            repeats_max=terms.repeats_max,
            carries_over=terms.carries_over,
        )
        for slot, rows in told.items()
    }


def repeated(
    deeds: Sequence[tuple[datetime, int]], *, at_least: int, repeats_max: int, carries_over: bool
) -> list[Standing]:
    """Every repeat that these deeds make, in order, and the one that is running.

    One deed ends at most `repeats_max`. What it has beyond that goes on counting if it is carried over, and with the
    next deed may end others; else it is gone (G-49).
    """
    done: list[Standing] = []
    value = 0
    for when, added in deeds:
        value += added
        ended = min(value // at_least, repeats_max)
        done += [Standing(values=(at_least,), completed_at=when)] * ended
        if ended:
            value = value - ended * at_least if carries_over else 0
    return [*done, Standing(values=(value,))]
