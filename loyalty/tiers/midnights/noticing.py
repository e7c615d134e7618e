"""Noticing: telling members once that their tier is going to end, in time to do something about it (T-19)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.facts import Fact
from loyalty.programs.calendar import Period, midnight
from loyalty.programs.models import Program
from loyalty.tiers.book import TierBook, open_book
from loyalty.tiers.facts import TierWillDowngrade
from loyalty.tiers.midnights.turning import living_standings, lock_members
from loyalty.tiers.outlook import Risk, risks_of
from loyalty.tiers.states.moving import notice_of
from loyalty.tiers.states.reading import MemberState
from loyalty.tiers.writing import write

MEMBERS_PER_UNIT: Final = 1000


@inside_unit_of_work
def notice_members(
    *, program: Program, day: date, cursor: str | None, at: datetime, limit: int = MEMBERS_PER_UNIT
) -> str | None:
    """Tell a chunk of the members whose notice falls on this day or before; answers where to go on, or None."""
    found = living_standings().filter(program=program, notice_at__lte=midnight(day, program.zone))
    if cursor is not None:
        found = found.filter(member_id__gt=cursor)
    due = list(found.order_by("member_id").values_list("member_id", flat=True)[:limit])
    if due:
        notice_these(program=program, member_ids=due, at=at)
    return str(due[-1]) if len(due) == limit else None


@inside_unit_of_work
def notice_these(*, program: Program, member_ids: Sequence[Id], at: datetime) -> None:
    """Announce the coming drops of these members that are near enough and were not told; each once."""
    lock_members(program=program, member_ids=member_ids, at=at)
    book = open_book(program=program, member_ids=member_ids, at=at)
    if book.terms is None:
        return
    facts: list[Fact] = []
    for state in book.states.values():
        for risk in _near(book, state, at=at):
            state.noticed_for.append(risk.at)
            facts.append(_fact(book, state, risk, at=at))
        state.looked_at = at
        state.is_changed = True
    write(book, more=facts)


def _near(book: TierBook, state: MemberState, *, at: datetime) -> list[Risk]:
    assert book.terms is not None
    notice, zone = Period.read(book.terms.notice), book.program.zone
    return [
        risk
        for risk in risks_of(book, state, at=at)
        if notice_of(risk.at, notice, zone=zone) <= at and risk.at not in state.noticed_for
    ]


def _fact(book: TierBook, state: MemberState, risk: Risk, *, at: datetime) -> TierWillDowngrade:
    assert book.terms is not None
    return TierWillDowngrade(
        program_id=book.program.pk,
        member_id=state.member_id,
        at=at,
        from_tier=risk.from_tier.slug,
        to_tier=risk.to_tier.slug,
        cause=risk.cause,
        since=state.since,
        until=risk.at,
        missing=risk.missing or 0,
        metric=book.terms.metric,
        keep_by=risk.keep_by,
    )
