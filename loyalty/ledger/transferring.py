"""Transferring: members send points to one another, where the programme allows it (L-51)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import models
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.ledger.kinds import EntryKind, LotTerms, Movement, Posted, Taken
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.models import Entry, Lot
from loyalty.ledger.posting import post
from loyalty.ledger.refusals import TransferNotAllowed
from loyalty.ledger.rows.states import Book
from loyalty.members.kinds import MemberStatus
from loyalty.members.models import Member
from loyalty.members.refusals import DeedsRest
from loyalty.programs.calendar import local_day, local_time, midnight
from loyalty.programs.expiry import NEVER
from loyalty.programs.models import Program
from loyalty.programs.refusals import ProgramPaused

# The key in a moved lot's terms: whose points they are, as long as they are pending (T-6).
EARNED_BY: Final = "earned_by"


class WhyNot(models.TextChoices):
    """Why points cannot be sent: the code is told, and the sentence says it in words."""

    SAME_MEMBER = "same_member", _("sender and receiver are the same")
    NOT_ACTIVE = "not_active", _("both must be active members")
    TRANSFERS_OFF = "transfers_off", _("transfers are off")
    DAY_LIMIT = "day_limit", _("the day's limit is used up")


@dataclass(frozen=True, kw_only=True, slots=True)
class Transfer:
    """Who sends how many points of which currency to whom."""

    sender: Member
    receiver: Member
    currency_id: Id
    points: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Transferred:
    """Both sides of a transfer; they share a group and their sum is zero."""

    sent: Posted
    received: Posted


@unit_of_work
def transfer(
    *, program: Program, told: Transfer, key: Id, actor: Actor, at: datetime
) -> Transferred:
    """Send points, earliest end first; the receiver gets one lot per lot taken, with its worth, origin and end.

    Both accounts are locked in the order of their ids. Raises TransferNotAllowed, DeedsRest, ProgramPaused,
    InsufficientPoints, CurrencyNotSpendable.
    """
    if program.is_paused:
        raise ProgramPaused
    _refuse_members(program, told, at)
    book = lock_accounts(
        program=program,
        member_ids=[told.sender.pk, told.receiver.pk],
        currency_ids=[told.currency_id],
        at=at,
    )
    account_id = book[told.sender.pk, told.currency_id].id
    _refuse_more_than_a_day_takes(program, account_id, told.points, at)
    sent, received = move_lots(
        program=program,
        book=book,
        out=_side(told.sender, EntryKind.TRANSFER_OUT, told, key=key, at=at, sign=-1),
        into=_side(told.receiver, EntryKind.TRANSFER_IN, told, key=key, at=at, sign=1),
        actor=actor,
        at=at,
    )
    return Transferred(sent=sent, received=received)


@inside_unit_of_work
def move_lots(
    *,
    program: Program,
    book: Book,
    out: Movement,
    into: Movement,
    actor: Actor,
    at: datetime,
) -> tuple[Posted, Posted]:
    """Take from one account and put into another, lot by lot; both accounts are in the book."""
    (sent,) = post(program=program, movements=[out], actor=actor, at=at, accounts=book)
    lots = tuple(terms_of_taken(sent.taken))
    (received,) = post(
        program=program,
        movements=[replace(into, lots=lots)],
        actor=actor,
        at=at,
        accounts=book,
    )
    return sent, received


def terms_of_taken(taken: Iterable[Taken]) -> list[tuple[int, LotTerms]]:
    """Lots like those that gave: same worth, origin, end and, if still pending, the same opening."""
    parts = list(taken)
    rows = Lot.objects.in_bulk([part.lot_id for part in parts])
    return [(part.points, _terms_like(rows[part.lot_id])) for part in parts]


def _terms_like(lot: Lot) -> LotTerms:
    """Pending points name the credit that brought them: cancelled later, it is its day that counts them no more."""
    is_pending = lot.opened_at is None
    terms = lot.terms
    if is_pending:
        terms = {EARNED_BY: str(lot.entry_id), **(terms or NEVER)}
    return LotTerms(
        opens_at=lot.opens_at if is_pending else None,
        waits=is_pending and lot.opens_at is None,
        lapses_at=lot.lapses_at if is_pending else None,
        expires_at=lot.expires_at,
        policy=terms,
        origin=lot.origin,
        worth=lot.worth,
    )


def _side(
    member: Member, kind: EntryKind, told: Transfer, *, key: Id, at: datetime, sign: int
) -> Movement:
    return Movement(
        member_id=member.pk,
        currency_id=told.currency_id,
        kind=kind,
        points=sign * told.points,
        source_key=shown("trf", key),
        occurred_at=at,
        group_id=key,
    )


def _refuse_members(program: Program, told: Transfer, at: datetime) -> None:
    if told.sender.pk == told.receiver.pk:
        raise TransferNotAllowed(why=WhyNot.SAME_MEMBER)
    if {told.sender.status, told.receiver.status} != {MemberStatus.ACTIVE}:
        raise TransferNotAllowed(why=WhyNot.NOT_ACTIVE)
    rests_until = told.sender.rests_until
    if rests_until is not None and at < rests_until:
        raise DeedsRest(until=local_time(rests_until, program.zone))


def _refuse_more_than_a_day_takes(
    program: Program, account_id: Id, points: int, at: datetime
) -> None:
    cap = program.transfers.get("per_day")
    if cap is None:
        raise TransferNotAllowed(why=WhyNot.TRANSFERS_OFF)
    today = midnight(local_day(at, program.zone), program.zone)
    sent = Entry.objects.filter(
        account=account_id, kind=EntryKind.TRANSFER_OUT, posted_at__gte=today
    )
    used = -(sent.aggregate(sum=Sum("points"))["sum"] or 0)
    if points + used > cap:
        raise TransferNotAllowed(why=WhyNot.DAY_LIMIT)
