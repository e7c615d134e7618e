"""Ending holds: those whose end has come, and those whose purchase was cancelled (L-31, E-78)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Min

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.holding import settle_holds
from loyalty.ledger.kinds import HoldState
from loyalty.ledger.locks import by_id, lock_accounts_by_id
from loyalty.ledger.models import Hold
from loyalty.ledger.rows.states import Book
from loyalty.programs.models import Program

HOLDS_ENDED_AT_ONCE_MAX: Final = 500


@inside_unit_of_work
def end_overdue(*, program: Program, actor: Actor, at: datetime) -> int:
    """Give back what overdue holds set aside, some hundreds at once; answers how many."""
    overdue = Hold.objects.filter(program=program, state=HoldState.HELD, expires_at__lte=at)
    wanted = list(
        overdue.order_by("expires_at").values_list("account_id", "id")[:HOLDS_ENDED_AT_ONCE_MAX]
    )
    if not wanted:
        return 0
    book = lock_accounts_by_id(account_ids={account_id for account_id, _ in wanted})
    rows = list(overdue.filter(pk__in=[hold_id for _, hold_id in wanted]).order_by("pk"))
    for row in rows:
        row.state = HoldState.EXPIRED
    settle_holds(program, rows, by_id(book), actor=actor, at=at)
    return len(wanted)


def earliest_end(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """When the first open hold ends, per programme, at or before `until`."""
    open_holds = Hold.objects.filter(state=HoldState.HELD, expires_at__lte=until)
    if program_id:
        open_holds = open_holds.filter(program=program_id)
    return dict(open_holds.values_list("program").annotate(Min("expires_at")).order_by())


@inside_unit_of_work
def release_for_quotes(
    *, program: Program, quote_ids: Collection[Id], accounts: Book, actor: Actor, at: datetime
) -> int:
    """Give back what holds of these quotes still set aside, on accounts that are locked; answers how many there were.

    For purchases that were cancelled. What was captured stays: the cancellation gives it back by itself.
    """
    mine = by_id(accounts)
    rows = list(
        Hold.objects.filter(
            program=program, account__in=list(mine), state=HoldState.HELD, quote_id__in=quote_ids
        ).order_by("pk")
    )
    for row in rows:
        row.state = HoldState.RELEASED if at < row.expires_at else HoldState.EXPIRED
    if rows:
        settle_holds(program, rows, mine, actor=actor, at=at)
    return len(rows)
