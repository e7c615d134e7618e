"""Moving ends: what members did keeps their points alive, where a policy says so (L-15)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from loyalty.earning.kinds import Told
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.locks import lock_accounts_of
from loyalty.ledger.rows.states import Book
from loyalty.ledger.timed.sliding import slide
from loyalty.programs.models import Program


@inside_unit_of_work
def move_ends_on(
    *,
    program: Program,
    told: Sequence[Told],
    by: Collection[str],
    accounts: Book | None,
    at: datetime,
) -> None:
    """Let these events move the ends of sliding lots on; no statement unless one of them is of these types."""
    active = [
        (event.member.id, event.type, event.occurred_at) for event in told if event.type in by
    ]
    if not active:
        return
    if accounts is None:
        accounts = lock_accounts_of(owner_ids={member_id for member_id, _, _ in active})
    slide(program=program, accounts=accounts, active=active, at=at)
