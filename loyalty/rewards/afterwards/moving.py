"""Moving: the one way in which redemptions change their state: compare and set, by the table of W-23."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.rewards.catalogue.offers import Offer, offers_of
from loyalty.rewards.kinds import MOVES, RedemptionState
from loyalty.rewards.models import Redemption

# Locked in ascending order, since one return may touch many.
_MOVE: Final = """
    WITH held AS (
        SELECT id FROM loyalty_redemption WHERE id = ANY(%s::uuid[]) AND state = ANY(%s::text[])
        ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE loyalty_redemption r
    SET state = %s::text, is_waiting = FALSE, state_at = %s::timestamptz, state_reason = %s::text, state_by = %s::text,
        cancelled_at = CASE WHEN %s::text = 'cancelled' THEN %s::timestamptz END
    FROM held WHERE r.id = held.id
    RETURNING r.id
"""


@inside_unit_of_work
def move(
    *,
    redemption_ids: Collection[Id],
    to: RedemptionState,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> list[Redemption]:
    """Bring these redemptions into this state, as far as their own allows it; answers those that moved, lowest id first."""
    if not redemption_ids:
        return []
    before = [state.value for state, after in MOVES.items() if to in after]
    if to is RedemptionState.CANCELLED:
        before.append(RedemptionState.FULFILLED.value)  # exchanges; the trigger knows them
    rows = run(
        _MOVE,
        [
            sorted(redemption_ids),
            before,
            to.value,
            at,
            reason[:100],
            actor.shown[:120],
            to.value,
            at,
        ],
    )
    return list(Redemption.objects.filter(pk__in=[row[0] for row in rows]).order_by("pk"))


def offers_for(rows: Collection[Redemption]) -> dict[Id, Offer]:
    """The offer of each of these redemptions, by the redemption's id."""
    offers = offers_of({row.revision_id for row in rows})
    return {row.pk: offers[row.revision_id] for row in rows}
