"""Pasts: what the events of a member say to whoever asks before the next one (E-24, E-26)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from loyalty.checkout.pasts import Past, tells_pasts
from loyalty.events.intake.looking_up import types_done
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id

_EARLIER: Final = """
    SELECT count(*) FROM loyalty_order
    WHERE member_id = %s AND paid_at <= %s AND NOT is_wholly_returned
"""


@tells_pasts
def past_of_member(*, member_id: Id, types: Collection[str], at: datetime) -> Past:
    """Which order the next one would be, and which of these types the member has done. Two queries at most."""
    ((earlier,),) = run(_EARLIER, [member_id, at])
    done = types_done(member_ids=[member_id], types=types)[member_id]
    return Past(order_number=earlier + 1, done=frozenset(done))
