"""Boards of the cast: periods and scores past every rule, and the plain way to say who stands where."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from gamification.criteria.models import Definition, DefinitionVersion
from gamification.leaderboards.kinds import Choice, PeriodState
from gamification.leaderboards.models import BoardPeriod, BoardScore
from gamification.leaderboards.periods.closing import move_periods, periods_falling_due
from gamification.leaderboards.ranks.ranking import Histogram, Spot
from gamification.leaderboards.seeing.choosing import Wanted, choose_visibility
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import run
from loyalty.members.models import Member
from loyalty.programs.models import Program
from tests.world.earning import a_rule
from tests.world.play import at, with_parts
from tests.world.programs import a_program

STARTS = datetime(2026, 11, 1, tzinfo=UTC)
ENDS = datetime(2026, 12, 1, tzinfo=UTC)
FIRST = datetime(2026, 11, 2, tzinfo=UTC)

# The oracle: everybody is counted, by window functions. It lives in the tests and not in the product (G-91).
PLAIN = """
    SELECT member_id,
           rank() OVER (ORDER BY score DESC) AS rank,
           dense_rank() OVER (ORDER BY score DESC) AS dense,
           row_number() OVER (ORDER BY score DESC, reached_at, tie, member_id) AS place,
           count(*) OVER (PARTITION BY score) - 1 AS tied_with
    FROM gamification_boardscore WHERE period_id = %s AND shown AND score > 0
    ORDER BY place
"""


MONTH: dict[str, Any] = {
    "slug": "month",
    "name": {"en": "Month's best"},
    "measure": {"kind": "deeds.sum", "of": "order.paid", "value": "amount"},
}


def a_board_cafe(slug: str = "corner-cafe", **board: Any) -> Program:
    """A café with a board on what is spent, a month each, since 1 November."""
    cafe = a_program(slug, parts={"rules": [a_rule()]}, test=True)
    set_clock(cafe, "11-20 12:00")
    with_parts(cafe, leaderboards=[MONTH | board], when="11-01 06:00")
    return cafe


def set_clock(program: Program, when: str) -> None:
    """The café's own clock; what falls due on the way is left to the test."""
    program.test_now = at(when)
    program.save(update_fields=["test_now"])


def moved_on(program: Program, *, when: str) -> None:
    """Periods move as far as this instant lets them, as ticks would have it."""
    for _round in range(30):
        if program.pk not in periods_falling_due(until=at(when), program_id=program.pk):
            return
        run(lambda: move_periods(program=program, at=at(when)))
    raise AssertionError("periods do not come to rest")


def a_wording() -> DefinitionVersion:
    """A board that nobody has defined: for scores past every rule."""
    program = Program.objects.first() or a_program()
    definition = Definition.objects.create(
        program=program, game="leaderboard", slug=f"board-{new_id().hex[-12:]}", created_at=STARTS
    )
    return DefinitionVersion.objects.create(
        definition=definition, number=1, settings=MONTH, zone="Europe/Kyiv", drafted_at=STARTS
    )


def seen_as(member: Member, choice: str, *, nickname: str = "", when: str = "11-01 08:00") -> None:
    """The member wants to be seen this way; without a nickname told, under the external id."""
    program = Program.objects.get(pk=member.program_id)
    wanted = Wanted(
        choice=Choice(choice),
        nickname=nickname or (str(member.external_id) if choice == "pseudonym" else ""),
        text_version="2026-01",
    )
    choose_visibility(program=program, member_id=member.pk, wanted=wanted, at=at(when))


def row_of(period: BoardPeriod, member: Member) -> BoardScore:
    """The member's score."""
    return BoardScore.objects.get(period=period, member=member)


def a_period(*, bits: int = 6, key: str = "2026-11", **fields: Any) -> BoardPeriod:
    """A month that is open, of a board that nobody has defined."""
    version = a_wording()
    told: dict[str, Any] = {
        "version": version,
        "definition": version.definition,
        "key": key,
        "starts_at": STARTS,
        "ends_at": ENDS,
        "closes_at": ENDS + timedelta(hours=12),
        "state": PeriodState.OPEN,
        "bucket_bits": bits,
        "secret": b"s" * 16,
    }
    return BoardPeriod.objects.create(**told | fields)


def a_score(
    period: BoardPeriod,
    score: int,
    *,
    member_id: Id | None = None,
    minutes: int = 0,
    tie: int = 0,
    shown: bool = True,
) -> BoardScore:
    """Somebody's score, reached so many minutes into the second day."""
    return BoardScore.objects.create(
        period=period,
        member_id=member_id or new_id(),
        score=score,
        reached_at=FIRST + timedelta(minutes=minutes),
        tie=tie,
        shown=shown,
    )


def histogram_of(period: BoardPeriod) -> Histogram:
    """The period, as ranks know it."""
    return Histogram(period_id=period.pk, bits=period.bucket_bits, is_dense=True)


def spot_of(row: BoardScore) -> Spot:
    """Where a row stands in the order."""
    assert row.reached_at is not None
    return Spot(member_id=row.member_id, score=row.score, reached_at=row.reached_at, tie=row.tie)


def plainly(period: BoardPeriod) -> list[tuple[Id, int, int, int, int]]:
    """Everybody shown with rank, dense rank, place and company, as counting them all says."""
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [period.pk])
        return list(cursor.fetchall())


def unfolded(period: BoardPeriod) -> int:
    """How many rows wait to be folded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM gamification_boarddelta WHERE period_id = %s", [period.pk]
        )
        return int(cursor.fetchone()[0])


def counted_by_step(period: BoardPeriod) -> dict[int, int]:
    """Steps that hold somebody, as folded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT score, members FROM gamification_boardstep WHERE period_id = %s AND members > 0",
            [period.pk],
        )
        return dict(cursor.fetchall())


def counted_plainly(rows: Sequence[BoardScore]) -> dict[int, int]:
    """The same, counted one by one."""
    told: dict[int, int] = {}
    for row in rows:
        if row.shown and row.score > 0:
            told[row.score] = told.get(row.score, 0) + 1
    return told


def scores_of(program: Program, who: str) -> dict[str, int]:
    """A member's scores by period."""
    rows = BoardScore.objects.filter(
        member__external_id=who, period__definition__program=program, score__gt=0
    )
    return dict(rows.values_list("period__key", "score"))
