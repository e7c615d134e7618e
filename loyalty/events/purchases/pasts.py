"""Pasts: what the events of a member say to whoever asks before the next one (E-24, E-26)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from loyalty.checkout.pasts import Past, tells_pasts
from loyalty.events.intake.looking_up import types_done
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.members.persons import merged_into

_EARLIER: Final = """
    SELECT count(*) FROM loyalty_order
    WHERE member_id = ANY(%s::uuid[]) AND paid_at <= %s AND NOT is_wholly_returned
"""


@tells_pasts
def past_of_member(*, member_id: Id, types: Collection[str], at: datetime) -> Past:
    """Which order the next one would be, which of these types the member has done, and whom else the member has been."""
    persons = merged_into([member_id])
    ((earlier,),) = run(_EARLIER, [persons[member_id], at])
    done = types_done(persons=persons, types=types)[member_id]
    also = tuple(persons[member_id][1:])
    return Past(order_number=earlier + 1, done=frozenset(done), also=also)
