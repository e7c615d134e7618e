"""Nightly: what ends or changes by time alone: awards that end, badges that must be true each day, rarity (G-31, G-42, G-45)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import Count, Min, QuerySet

from gamification.badges.awards.awarding import change, fields_of
from gamification.badges.awards.looking import look
from gamification.badges.awards.sparing import Wake
from gamification.badges.facts import BadgeReinstated, BadgeRevoked
from gamification.badges.kinds import GAME, AwardState
from gamification.badges.models import Award, AwardChange, BadgeRarity
from gamification.badges.previewing import looked_at_nightly
from gamification.criteria.kinds import PAGE
from gamification.criteria.life.catalogue import book_of
from gamification.deeds.showing import active_members
from gamification.prizes.giving import hold_members
from gamification.prizes.kinds import PLAY
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.members.persons import member_ids_after
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact
from loyalty.programs.calendar import Period
from loyalty.programs.tenants import Program

AT_ONCE: Final = 500
_YEAR: Final = Period.read("P12M")


@inside_unit_of_work
def review(*, program: Program, cursor: str | None, at: datetime) -> str | None:
    """One page of members for the badges that time alone may change; answers where the next begins."""
    badges = [live for live in book_of(program).of(GAME) if looked_at_nightly(live)]
    if not badges:
        return None
    page = member_ids_after(program_id=program.pk, after=Id(cursor) if cursor else None, limit=PAGE)
    if page:
        wake = Wake(is_complete=True)
        look(program=program, badges=badges, member_ids=page, wake=wake, at=at)
    return str(page[-1]) if len(page) == PAGE else None


@inside_unit_of_work
def count_rarity(*, program: Program, at: datetime) -> None:
    """Members who did anything in the last twelve months, and those of them who hold each tier."""
    badges = [live.definition_id for live in book_of(program).of(GAME)]
    since = at - (_YEAR.after(at, zone=program.zone) - at)
    active = active_members(program=program, since=since)
    rows = Award.objects.filter(badge_id__in=badges, state=AwardState.ACTIVE, member_id__in=active)
    counts = rows.values_list("badge_id", "tier_rank").annotate(n=Count("member_id", distinct=True))
    of = active.count()
    BadgeRarity.objects.filter(badge_id__in=badges).delete()
    BadgeRarity.objects.bulk_create(
        BadgeRarity(badge_id=badge_id, tier_rank=rank, holders=n, active=of, at=at)
        for badge_id, rank, n in counts.order_by()
    )


def earliest_end(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """When the next award ends or stands again, by programme."""
    ends: dict[Id, datetime] = {}
    for field, state in (("valid_until", AwardState.ACTIVE), ("suspended_until", AwardState.SUSPENDED)):  # fmt: skip
        rows = Award.objects.filter(state=state, **{f"{field}__lte": until})
        if program_id is not None:
            rows = rows.filter(program_id=program_id)
        for whose, at in rows.values_list("program_id").annotate(first=Min(field)).order_by():
            ends[whose] = min(at, ends.get(whose, at))
    return ends


@unit_of_work
def end_due(*, program: Program, at: datetime) -> bool:
    """End what was valid until now, and let stand again what was suspended until now; whether there may be more."""
    rows = list(_due(program, at)[:AT_ONCE])
    hold_members(program=program, member_ids={row.member_id for row in rows}, at=at)
    rows = list(_due(program, at).filter(pk__in=[row.pk for row in rows]))
    facts: list[Fact] = []
    steps = []
    for row in rows:
        to = AwardState.EXPIRED if row.state == AwardState.ACTIVE else AwardState.ACTIVE
        steps.append(change(row, to, "", PLAY, at))
        if to == AwardState.EXPIRED:
            facts.append(BadgeRevoked(**fields_of(row, at=at), state=to))
        else:
            facts.append(BadgeReinstated(**fields_of(row, at=at)))
    Award.objects.bulk_update(rows, ["state", "suspended_until"])
    AwardChange.objects.bulk_create(steps)
    announce(facts)
    return len(rows) == AT_ONCE


def _due(program: Program, at: datetime) -> QuerySet[Award]:
    ending = Award.objects.filter(program=program, state=AwardState.ACTIVE, valid_until__lte=at)
    waiting = Award.objects.filter(
        program=program, state=AwardState.SUSPENDED, suspended_until__lte=at
    )
    return (ending | waiting).order_by("pk")
