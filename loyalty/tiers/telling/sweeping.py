"""Sweeping: members whose moves a few sums decide, summed up by the database; the others go through the book (T-40).

For two rolling ladders that count the same. Nothing is decided here that `maths` does not decide: a test holds every
figure against the book's, member by member.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.members.kinds import GONE
from loyalty.programs.calendar import add_months
from loyalty.programs.models import Program
from loyalty.tiers.kinds import CycleKind, Drop
from loyalty.tiers.ladders.reading import Reign
from loyalty.tiers.maths.values import Terms, Tier
from loyalty.tiers.maths.windows import window_start

MEMBERS_AT_ONCE: Final = 20_000
# One pass over a member's days. Plain is who has no grant, no grace, no review that is overdue, and no note.
_SUMS: Final = """
    WITH who AS (
        SELECT id FROM loyalty_member
        WHERE program_id = %s AND status <> ALL(%s::text[]) AND (%s::uuid IS NULL OR id > %s::uuid)
        ORDER BY id LIMIT %s
    )
    SELECT who.id,
           NOT EXISTS (SELECT 1 FROM loyalty_tiergrant g WHERE g.member_id = who.id AND g.ended_at IS NULL)
           AND (s.member_id IS NULL OR s.revision_id = %s AND s.next_slug = '' AND s.grace_through IS NULL
                AND s.in_force = s.slug AND (s.slug = %s OR s.through >= %s AND s.counted_through IS NOT NULL)),
           s.slug, EXISTS (SELECT 1 FROM loyalty_memberprofile p WHERE p.member_id = who.id AND p.birth_month IS NOT NULL),
           sums.earned, sums.today, sums.kept, sums.after_draft, sums.after_live
    FROM who LEFT JOIN loyalty_standing s ON s.member_id = who.id
    LEFT JOIN LATERAL (
        SELECT sum(d.points) FILTER (WHERE d.day > %s) AS earned,
               sum(d.{column}) FILTER (WHERE d.day BETWEEN %s AND %s) AS today,
               sum(d.{column}) FILTER (WHERE d.day > s.counted_through AND d.day <= s.through) AS kept,
               sum(d.{column}) FILTER (
                   WHERE d.day > (s.through + %s::int - make_interval(months => %s::int))::date) AS after_draft,
               sum(d.{column}) FILTER (
                   WHERE d.day > (s.through + %s::int - make_interval(months => %s::int))::date) AS after_live
        FROM loyalty_tierday d WHERE d.member_id = who.id
    ) AS sums ON true
    ORDER BY who.id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """One member: where the draft and the live ladder put them; None where only the book can say."""

    member_id: Id
    has_birthday: bool
    earned: int
    tiers: (
        tuple[Tier, Tier, Tier, Tier] | None
    )  # now, at publishing, after the review, after it as it is
    counted: int


def can_sweep(live: Reign | None, draft: Terms) -> bool:
    """Whether a few sums decide for most members: both ladders roll, count the same, and begin with the same tier."""
    if live is None or not live.is_applied:
        return False
    terms = live.terms
    roll = {terms.cycle.kind, draft.cycle.kind} == {CycleKind.ROLLING}
    alike = (terms.metric, terms.currency_id) == (draft.metric, draft.currency_id)
    return roll and alike and draft.at(terms.lowest.slug).rank == 0


def sweep(*, program: Program, live: Terms, draft: Terms, today: date) -> Iterator[Swept]:
    """All members that are still there, in the order of their ids; one statement for twenty thousand."""
    sql = _SUMS.format(column=draft.metric)
    last: Id | None = None
    while True:
        rows = run(sql, _values(program, live, draft, today, last))
        for member_id, is_plain, slug, has_birthday, earned, *sums in rows:
            now, kept, after_draft, after_live = (int(each or 0) for each in sums)
            tiers = None
            if is_plain:
                held = live.at(slug) if slug else live.lowest
                then = max(draft.at(held.slug), draft.reached_by(now), key=lambda tier: tier.rank)
                is_climb = then.rank > draft.at(held.slug).rank
                later = (
                    _after_review(draft, then, kept=0, counted=0)
                    if is_climb
                    else _after_review(draft, then, kept=kept, counted=after_draft)
                )
                as_it_is = _after_review(live, held, kept=kept, counted=after_live)
                tiers = (held, then, later, as_it_is)
            yield Swept(
                member_id=member_id,
                has_birthday=has_birthday,
                earned=int(earned or 0),
                tiers=tiers,
                counted=now,
            )
        if len(rows) < MEMBERS_AT_ONCE:
            return
        last = rows[-1][0]


def _values(
    program: Program, live: Terms, draft: Terms, today: date, last: Id | None
) -> list[object]:
    a_year_ago = add_months(today, -12)
    first = window_start(draft.cycle, today, joined_on=today)
    return [
        program.pk, list(GONE), last, last, MEMBERS_AT_ONCE,
        live.revision_id, live.lowest.slug, today,
        a_year_ago, first, today,
        draft.grace_days + 1, draft.cycle.months, live.grace_days + 1, live.cycle.months,
    ]  # fmt: skip


def _after_review(terms: Terms, tier: Tier, *, kept: int, counted: int) -> Tier:
    """The tier after the next review and its grace: `kept` counts for the review, `counted` on the day of the drop."""
    if tier.rank == 0 or tier.for_life or kept >= tier.keep:
        return tier
    reached = terms.reached_by(counted)
    if terms.drop == Drop.TO_METRIC:
        return reached
    return max(terms.below(tier.rank), reached, key=lambda each: each.rank)
