"""Folding: days that no decision looks at any more become one row per member and year."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.kinds import GONE
from loyalty.members.models import Member
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program
from loyalty.tiers.book import TierBook, open_book
from loyalty.tiers.maths.folding import kept_from, kept_without_a_ladder
from loyalty.tiers.maths.values import Climber, Tally
from loyalty.tiers.midnights.turning import lock_members
from loyalty.tiers.states.reading import MemberState

MEMBERS_PER_UNIT: Final = 1000
# The last day of a year is deleted as a day and comes again as its year; a year that is there already grows.
_FOLD: Final = """
    WITH told AS (SELECT * FROM unnest(%s::uuid[], %s::date[]) AS told (member_id, kept_from)),
    gone AS (
        DELETE FROM loyalty_tierday AS old USING told
        WHERE old.member_id = told.member_id AND old.day < told.kept_from AND NOT old.is_year
        RETURNING old.member_id, old.program_id, extract(year FROM old.day)::int AS year,
                  old.points, old.spend, old.orders
    )
    INSERT INTO loyalty_tierday AS kept (member_id, program_id, day, points, spend, orders, is_year)
    SELECT member_id, program_id, make_date(year, 12, 31),
           sum(points)::bigint, sum(spend)::bigint, sum(orders)::bigint, true
    FROM gone GROUP BY member_id, program_id, year
    ON CONFLICT (member_id, day) DO UPDATE SET
        points = kept.points + EXCLUDED.points, spend = kept.spend + EXCLUDED.spend,
        orders = kept.orders + EXCLUDED.orders
"""


@inside_unit_of_work
def fold_members(
    *, program: Program, cursor: str | None, at: datetime, limit: int = MEMBERS_PER_UNIT
) -> str | None:
    """Fold the old days of a chunk of members; answers where the next chunk goes on, or None."""
    members = Member.objects.filter(program=program).exclude(status__in=GONE).order_by("pk")
    if cursor is not None:
        members = members.filter(pk__gt=cursor)
    due = list(members.values_list("pk", flat=True)[:limit])
    if due:
        fold_these(program=program, member_ids=due, at=at)
    return str(due[-1]) if len(due) == limit else None


@inside_unit_of_work
def fold_these(*, program: Program, member_ids: Sequence[Id], at: datetime) -> None:
    """Fold what is old of these members; sums, tiers and dates stay as they are."""
    lock_members(program=program, member_ids=member_ids, at=at)
    book = open_book(program=program, member_ids=member_ids, at=at)
    today = local_day(at, program.zone)
    told = sorted((each.member_id, _kept_from(book, each, today)) for each in book.states.values())
    run(_FOLD, [list(column) for column in zip(*told, strict=True)])


def _kept_from(book: TierBook, state: MemberState, today: date) -> date:
    if book.terms is None:
        return kept_without_a_ladder(today)
    climber = Climber(terms=book.terms, tally=Tally(), joined_on=state.joined_on)
    return kept_from(state.standing, climber, today=today)
