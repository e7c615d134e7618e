"""Observing: what nobody has to tell us: somebody joined, has a birthday, has been with us for years (E-7).

Told only while some rule or some tier's gift listens: an event that nothing looks at would be a row for nothing.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from loyalty.earning.rules.compiling import rule_set_of
from loyalty.events.kinds import OURS, ToldEvent
from loyalty.events.taking_in import take_in
from loyalty.foundation.actors import Actor, job
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.facts import MemberEnrolled
from loyalty.members.finding import members_born_on, members_joined_on
from loyalty.members.leaving import returned_of
from loyalty.members.models import Member
from loyalty.programs.calendar import midnight
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program
from loyalty.tiers.ladders.reading import ladder_of

ENROLLED: Final = "member.enrolled"
BIRTHDAY: Final = "member.birthday"
ANNIVERSARY: Final = "member.anniversary"
MEMBERS_AT_ONCE_MAX: Final = 500
BIRTHDAY_RESTS: Final = timedelta(days=7)  # nobody changes their birthday to today for a present
OBSERVER: Final[Actor] = job("observing")


@inside_unit_of_work
def tell_joining(facts: Sequence[MemberEnrolled]) -> None:
    """Tell that these members joined, once each, for rules that greet them.

    Who comes by import joined long ago; who was erased within a year is greeted no second time (S-58).
    """
    by_program: dict[Id, list[MemberEnrolled]] = {}
    for fact in facts:
        if fact.how != "import":
            by_program.setdefault(fact.program_id, []).append(fact)
    for program in Program.objects.filter(pk__in=by_program):
        at = now_of(program)
        if not _listens(program, ENROLLED, at=at):
            continue
        joined = {fact.member_id: fact for fact in by_program[program.pk] if fact.member_id}
        returned = returned_of(joined, at=at)
        told = [
            _event(ENROLLED, member_id, at=min(fact.at, at), key="")
            for member_id, fact in joined.items()
            if member_id not in returned
        ]
        _take(program, told, at=at)


@inside_unit_of_work
def tell_birthdays(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Tell the birthdays of a local day, some hundreds at once; answers where the next chunk goes on."""
    start = midnight(day, program.zone)
    born = partial(members_born_on, told_before=start - BIRTHDAY_RESTS)
    return _tell_day(BIRTHDAY, born, program=program, day=day, cursor=cursor, at=at)


@inside_unit_of_work
def tell_anniversaries(
    *, program: Program, day: date, cursor: str | None, at: datetime
) -> str | None:
    """Tell who joined on this day of an earlier year, some hundreds at once."""
    return _tell_day(ANNIVERSARY, members_joined_on, program=program, day=day, cursor=cursor, at=at)


def _tell_day(
    kind: str,
    whose: Callable[..., list[Id]],
    *,
    program: Program,
    day: date,
    cursor: str | None,
    at: datetime,
) -> str | None:
    start = midnight(day, program.zone)
    if not _listens(program, kind, at=start):
        return None
    after = Id(cursor) if cursor else None
    found = whose(program=program, day=day, after=after, limit=MEMBERS_AT_ONCE_MAX)
    told = [_event(kind, member_id, at=start, key=f":{day.year}") for member_id in found]
    _take(program, told, at=at)
    return str(found[-1]) if len(found) == MEMBERS_AT_ONCE_MAX else None


def _listens(program: Program, kind: str, *, at: datetime) -> bool:
    """Whether a rule looks at it, or a tier has a gift for it."""
    if any(is_live for _clause, is_live in rule_set_of(program).looked_at(kind, at)):
        return True
    live = ladder_of(program.pk).live if kind == BIRTHDAY else None
    return live is not None and any("birthday_gift" in tier.benefits for tier in live.terms.tiers)


def _event(kind: str, member_id: Id, *, at: datetime, key: str) -> ToldEvent:
    member = shown(Member.prefix, member_id)
    return ToldEvent(
        type=kind, member=member, source=OURS, source_id=f"{kind}:{member}{key}", occurred_at=at
    )


def _take(program: Program, told: Collection[ToldEvent], *, at: datetime) -> None:
    """What is refused here (somebody left meanwhile) is nobody's loss."""
    if told:
        take_in.step(program=program, told=list(told), actor=OBSERVER, at=at)
