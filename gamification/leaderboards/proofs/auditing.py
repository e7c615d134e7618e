"""Auditing, part of `verify`: a thousand members of each board counted anew, and every histogram against a full count."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from gamification.criteria.kinds import DefinitionState
from gamification.leaderboards.boards.terms import Board, boards_of
from gamification.leaderboards.kinds import FROZEN
from gamification.leaderboards.models import BoardPeriod
from gamification.leaderboards.scoring.counting import Wish, period_of, totals
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.proofs.proving import Found, Scope, invariant, within
from loyalty.programs.clock import now_of

SAMPLE: Final = 1_000

_SOME: Final = """
    SELECT member_id FROM gamification_boardscore AS score
    WHERE period_id = %s AND (%s::uuid IS NULL OR member_id = %s) AND NOT EXISTS (
        SELECT FROM loyalty_fact_delivery AS delivery
        JOIN loyalty_announced_fact AS fact ON fact.id = delivery.fact_id
        WHERE delivery.receiver IN ('criteria.intake', 'leaderboards.scores') AND delivery.state = 'waiting'
          AND fact.member_id = score.member_id
    ) ORDER BY random() LIMIT %s
"""
_WRONG: Final = """
    SELECT asked.member_id, concat_ws(' ', score.score, score.reached_at),
           concat_ws(' ', coalesce(totals.score, 0), totals.reached_at)
    FROM asked LEFT JOIN totals USING (branch, key, member_id)
    LEFT JOIN gamification_boardscore AS score
           ON score.period_id = asked.key::uuid AND score.member_id = asked.member_id
    WHERE (coalesce(score.score, 0), score.reached_at)
          IS DISTINCT FROM (coalesce(totals.score, 0), totals.reached_at)
    ORDER BY asked.member_id
"""
_HISTOGRAM: Final = """
    WITH counted AS (
        SELECT score, count(*) AS members FROM gamification_boardscore
        WHERE period_id = %s AND shown AND score > 0 GROUP BY score
    ), told AS (
        SELECT score, sum(members) AS members FROM (
            SELECT score, members FROM gamification_boardstep WHERE period_id = %s
            UNION ALL SELECT score, members FROM gamification_boarddelta WHERE period_id = %s
        ) AS steps GROUP BY score
    ), buckets AS (
        SELECT score >> %s::integer AS bucket, sum(members) AS members, count(*) FILTER (WHERE members > 0) AS steps
        FROM gamification_boardstep WHERE period_id = %s GROUP BY 1
    )
    SELECT 'score ' || coalesce(counted.score, told.score), coalesce(told.members, 0)::text,
           coalesce(counted.members, 0)::text
    FROM counted FULL JOIN told ON told.score = counted.score
    WHERE coalesce(counted.members, 0) <> coalesce(told.members, 0)
    UNION ALL
    SELECT 'bucket ' || coalesce(buckets.bucket, there.bucket),
           concat_ws(' ', coalesce(there.members, 0), coalesce(there.steps, 0)),
           concat_ws(' ', coalesce(buckets.members, 0), coalesce(buckets.steps, 0))
    FROM buckets FULL JOIN (SELECT * FROM gamification_boardbucket WHERE period_id = %s) AS there
         ON there.bucket = buckets.bucket
    WHERE (coalesce(buckets.members, 0), coalesce(buckets.steps, 0))
          <> (coalesce(there.members, 0), coalesce(there.steps, 0))
    ORDER BY 1
"""


def periods_in(scope: Scope) -> list[BoardPeriod]:
    """The periods of the scope's programme, or of all."""
    rows = BoardPeriod.objects.select_related("definition__program").order_by("pk")
    if scope.ids is not None:
        rows = rows.filter(pk__in=scope.ids)
    if scope.program_id:
        rows = rows.filter(definition__program_id=scope.program_id)
    return list(rows)


def period_parts(scope: Scope) -> Sequence[Scope]:
    """A period a part."""
    return [within(scope, [period.pk]) for period in periods_in(scope)]


@invariant("G-90", name="boards and deeds", parts=period_parts)
def scores_follow_from_deeds(scope: Scope) -> Iterable[Found]:
    """What members have on boards that go on is what their deeds say; a thousand of each, by lot.

    Whoever has news on the way is left out: their scores are about to follow.
    """
    for period in periods_in(scope):
        definition = period.definition
        if period.state in FROZEN or definition.state != DefinitionState.LIVE:
            continue
        rows = run(
            _SOME,
            [period.pk, scope.member_id, scope.member_id, min(scope.sample or SAMPLE, SAMPLE)],
        )
        members = [member_id for (member_id,) in rows]
        boards = boards_of(definition.program, [period.version_id])
        for member_id, found, expected in wrong_scores(
            boards[period.version_id], period, members, at=now_of(definition.program)
        ):
            yield f"{definition.slug} {period.key} {shown('mem', member_id)}", found, expected


@invariant("G-86", name="boards and histograms", parts=period_parts)
def histograms_follow_from_scores(scope: Scope) -> Iterable[Found]:
    """Steps and what waits are what a full count says; buckets are what their steps say."""
    for period in periods_in(scope):
        for what, found, expected in wrong_steps(period):
            yield f"{period.definition.slug} {period.key} {what}", found, expected


def wrong_scores(
    board: Board, period: BoardPeriod, member_ids: Sequence[Id], *, at: datetime
) -> list[tuple[Id, str, str]]:
    """Members whose score is not what their deeds say: what stands there, and what should."""
    if not member_ids:
        return []
    wishes = [Wish(member_id=each, period=period_of(period)) for each in member_ids]
    statement = totals({period.version_id: board}, wishes, at=at)
    rows = run(f"WITH {statement.text} {_WRONG}", statement.values)
    return [(member_id, found, expected) for member_id, found, expected in rows]


def wrong_steps(period: BoardPeriod) -> list[tuple[str, str, str]]:
    """Where the histogram of a period is not a count of its rows."""
    rows = run(
        _HISTOGRAM, [period.pk, period.pk, period.pk, period.bucket_bits, period.pk, period.pk]
    )
    return [(what, found, expected) for what, found, expected in rows]
