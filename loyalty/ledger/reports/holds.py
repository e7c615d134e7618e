"""Holds, read: as doors tell them, and what an order was paid with (E-14)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.db.models import Q, Sum

from loyalty.foundation import sealing
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.refusals import NotFound
from loyalty.ledger.kinds import HoldState
from loyalty.ledger.models import Account, Draw, Hold, Lot
from loyalty.programs.models import Program

# A hold, for rooms that hand it on: they read no table of the ledger.
HeldRow: TypeAlias = Hold

_CAPTURES: Final = """
    SELECT a.member_id, h.order_key, e.id, a.currency_id, e.points, h.id
    FROM loyalty_hold h JOIN loyalty_account a ON a.id = h.account_id JOIN loyalty_entry e ON e.hold_id = h.id
    WHERE h.state = 'captured' AND h.order_key = ANY(%s::text[]) AND a.member_id IS NOT NULL
    ORDER BY e.id
"""


def order_key_of(*, program: Program, order_id: str) -> str:
    """The keyed digest under which a hold remembers its order: the shop's own number is not kept (S-58)."""
    return sealing.short_digest(order_id, purpose=f"hold-order:{program.pk}").hex()


@dataclass(frozen=True, slots=True)
class Capture:
    """What one captured hold spent: whose account, the entry, its currency, and how many points."""

    member_id: Id
    entry_id: Id
    currency_id: Id
    points: int
    hold_id: Id


def captures_for_orders(
    *, program: Program, order_ids: Collection[str]
) -> dict[str, list[Capture]]:
    """The captures that paid for orders with these numbers, whoever's, by number, oldest first; one query."""
    keys = {order_key_of(program=program, order_id=order_id): order_id for order_id in order_ids}
    found: dict[str, list[Capture]] = {}
    for member_id, key, entry_id, currency_id, points, hold_id in run(_CAPTURES, [list(keys)]):
        capture = Capture(member_id, entry_id, currency_id, -points, hold_id)
        found.setdefault(keys[key], []).append(capture)
    return found


def hold_called(*, program: Program, hold_id: Id) -> HeldRow:
    """The programme's hold with this id, with its account. Raises NotFound."""
    row = Hold.objects.filter(program=program, pk=hold_id).select_related("account").first()
    if row is None:
        raise NotFound
    return row


def needs_points_of(*, hold: HeldRow, event_ids: Collection[Id]) -> bool:
    """Whether this hold could not be filled without points that these events earned; its account is locked.

    Which lots it drew does not matter, since those that end first are always drawn first: what counts is whether as
    many other points are there.
    """
    draws = Draw.objects.filter(hold=hold.pk, lot__entry__event_id__in=event_ids)
    drawn = draws.aggregate(points=Sum("points"))["points"] or 0
    if not drawn:
        return False
    account = Account.objects.get(pk=hold.account_id)
    lots = Lot.objects.filter(
        account=account, entry__event_id__in=event_ids, opened_at__isnull=False
    )
    own = lots.aggregate(points=Sum("free"))["points"] or 0
    return bool(drawn > account.available - own)


def holds_called(hold_ids: Collection[Id]) -> list[HeldRow]:
    """These holds, oldest first."""
    return list(Hold.objects.filter(pk__in=hold_ids).order_by("pk"))


def set_aside_in(hold_ids: Collection[Id]) -> int:
    """Points that these holds have spent or still set aside; their account is locked."""
    told = Hold.objects.filter(pk__in=hold_ids).aggregate(
        held=Sum("points", filter=Q(state=HoldState.HELD)), spent=Sum("captured")
    )
    return (told["held"] or 0) + (told["spent"] or 0)


def show_hold(row: Hold) -> dict[str, Any]:
    """A hold as doors tell it."""
    member_id: Id | None = row.account.member_id
    return {
        "id": row.shown_id,
        "member": None if member_id is None else shown("mem", member_id),
        "points": row.points,
        "captured": row.captured,
        "status": HoldState(row.state).value,
        "quote": None if row.quote_id is None else shown("quo", row.quote_id),
        "expires_at": row.expires_at,
        "settled_at": row.settled_at,
    }
