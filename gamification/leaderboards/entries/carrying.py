"""Carrying: what people decided about an entry stays with the person, also when two memberships become one (G-10)."""

from collections.abc import Sequence
from typing import Final

from gamification.leaderboards.kinds import ACTOR_LENGTH_MAX, Ruling
from gamification.leaderboards.models import BoardRuling
from gamification.leaderboards.models.frozen import WRITE_LOCK
from loyalty.foundation.actors import job
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.facts import MemberMerged

CARRIER: Final = job("leaderboards.members")
_OPEN: Final = "period.state NOT IN ('final', 'archived')"
# The lock of whoever writes scores: no period becomes final before we commit.
_HOLD: Final = f"""
    SELECT pg_advisory_xact_lock_shared(%s, hashtext(id::text)) FROM (
        SELECT period.id FROM gamification_boardscore AS score
        JOIN gamification_boardperiod AS period ON period.id = score.period_id AND {_OPEN}
        WHERE score.member_id = %s::uuid AND score.suspended_at IS NOT NULL ORDER BY 1
    ) AS periods
"""  # noqa: S608 (constants of ours)
# The survivor may have no entry yet: its score follows by its own deeds, which are both's now.
_CARRY: Final = f"""
    INSERT INTO gamification_boardscore AS there (period_id, member_id, score, tie, shown, admitted, suspended_at)
    SELECT period.id, %s::uuid, 0,
           ('x' || substr(encode(sha256(period.secret || uuid_send(%s::uuid)), 'hex'), 1, 16))::bit(64)::bigint,
           false, score.admitted, score.suspended_at
    FROM gamification_boardscore AS score
    JOIN gamification_boardperiod AS period ON period.id = score.period_id AND {_OPEN}
    WHERE score.member_id = %s::uuid AND score.suspended_at IS NOT NULL
    ORDER BY period.id
    ON CONFLICT (period_id, member_id) DO UPDATE SET suspended_at = EXCLUDED.suspended_at, shown = false
    WHERE there.suspended_at IS NULL
    RETURNING period_id
"""  # noqa: S608


@inside_unit_of_work
def carry_suspensions(facts: Sequence[MemberMerged]) -> None:
    """Keep the survivor's entries from boards from which those of who was merged into it are kept.

    In the order of the merges, so that a chain of them ends with the last one. An undone merge lets them stay: people decide.
    """
    for fact in facts:
        gone, survivor = fact.member_id, fact.survivor_id
        run(_HOLD, [WRITE_LOCK, gone])
        carried = [period_id for (period_id,) in run(_CARRY, [survivor, survivor, gone])]
        if carried and gone:
            _note(carried, gone=gone, fact=fact)


def _note(period_ids: Sequence[Id], *, gone: Id, fact: MemberMerged) -> None:
    """The decision that came along, with the reason that was given for it."""
    told = BoardRuling.objects.filter(
        period__in=period_ids, member=gone, ruling=Ruling.SUSPENDED
    ).order_by("pk")
    reasons = dict(told.values_list("period_id", "reason"))
    BoardRuling.objects.bulk_create(
        BoardRuling(
            period_id=period_id,
            member_id=fact.survivor_id,
            ruling=Ruling.SUSPENDED,
            reason=reason,
            actor=CARRIER.shown[:ACTOR_LENGTH_MAX],
            at=fact.at,
        )
        for period_id, reason in sorted(reasons.items())
    )
