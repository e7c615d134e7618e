"""Merging and erasing: what becomes of a member's points when two memberships become one, or a person goes (L-52)."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.refusals import DomainError, Kind, NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.ledger.adjusting import refuse_own
from loyalty.ledger.holding import release_held
from loyalty.ledger.kinds import EntryKind, HoldState, Movement
from loyalty.ledger.locks import lock_accounts, lock_accounts_of
from loyalty.ledger.models import Account, Debt, Entry, EntryNote, Hold, Lot, Merge
from loyalty.ledger.posting import post
from loyalty.ledger.refusals import HoldsOpen
from loyalty.ledger.rows.states import AccountState, Book
from loyalty.ledger.transferring import move_lots
from loyalty.members.kinds import GONE, MemberStatus
from loyalty.members.leaving import MergeNotPossible, erase_person, mark_merged, mark_parted
from loyalty.members.models import Member
from loyalty.programs.models import Program

UNDONE_WITHIN: Final = timedelta(days=30)
ERASED: Final = "member_erased"
UNDONE: Final = "merge_undone"


class MergeNotUndoable(DomainError):
    """More than 30 days ago, undone already, or some of what was moved is no longer there (L-52)."""

    code = "merge_not_undoable"
    kind = Kind.CONFLICT
    title = _("Cannot be undone")
    detail = _(
        "A merge is undone within {days} days, while everything that was moved is still there."
    )


@unit_of_work
def merge(*, program: Program, source: Member, target: Member, actor: Actor, at: datetime) -> Merge:
    """Move every lot and debt of `source` to `target`, which answers for both from now on.

    Raises HoldsOpen, MergeNotPossible. The accounts of both are locked first, in the order of their ids.
    """
    if {source.status, target.status} & GONE or source.pk == target.pk:
        raise MergeNotPossible
    book = _both(program, source, target, at=at)
    _refuse_open_holds(book)
    row = Merge(program=program, source=source, target=target, merged_at=at)
    row.source_status = source.status
    for state in [each for each in book.values() if each.member_id == source.pk]:
        _carry(program, book, state, row, to=target, actor=actor, at=at)
    mark_merged(gone=source, survivor=target, at=at)
    row.save(force_insert=True)
    return row


@unit_of_work
def undo_merge(*, program: Program, merge_id: Id, actor: Actor, at: datetime) -> Merge:
    """Move everything back, lot by lot. Raises MergeNotUndoable, NotFound; SecondPersonNeeded for one's own."""
    held = Merge.objects.select_for_update(of=("self",), no_key=True).filter(program=program)
    row = held.filter(pk=merge_id).select_related("source", "target").first()
    if row is None:
        raise NotFound
    if row.undone_at or at - row.merged_at > UNDONE_WITHIN or row.target.status in GONE:
        raise MergeNotUndoable(days=UNDONE_WITHIN.days)
    if actor.kind is ActorKind.STAFF:
        refuse_own(program, [row.source_id, row.target_id], actor)
    source = row.source
    book = _both(program, source, row.target, at=at)
    for state in [each for each in book.values() if each.member_id == row.target_id]:
        _carry_back(program, book, state, row, actor=actor, at=at)
    mark_parted(member=source, status=MemberStatus(row.source_status), at=at)
    row.undone_at = at
    row.save(update_fields=["undone_at"])
    return row


@unit_of_work
def erase(*, program: Program, member: Member, actor: Actor, at: datetime) -> list[Member]:
    """Forget a person: holds are released, what is left is forfeited, notes go; entries stay, without a person.

    Answers every membership that was erased, merged ones included. Raises NotFound for an erased one.
    """
    book = lock_accounts_of(owner_ids=[member.pk])
    mine = [state.id for state in book.values()]
    open_holds = Hold.objects.filter(account__in=mine, state=HoldState.HELD)
    for hold_id in open_holds.values_list("pk", flat=True):
        release_held(program=program, hold_id=hold_id, actor=actor, at=at)
    book = lock_accounts_of(owner_ids=[member.pk])
    movements = [
        _out(state, _lots_left(state), kind=EntryKind.FORFEIT, key=ERASED, at=at, reason=ERASED)
        for state in book.values()
        if state.available + state.pending
    ]
    post(program=program, movements=movements, actor=actor, at=at, accounts=book)
    erased = erase_person(member=member, at=at)
    accounts = Account.objects.filter(member__in=erased)
    EntryNote.objects.filter(entry__account__in=accounts).delete()
    accounts.update(closed_at=at)
    return erased


def _carry(
    program: Program,
    book: Book,
    state: AccountState,
    row: Merge,
    *,
    to: Member,
    actor: Actor,
    at: datetime,
) -> None:
    """One currency: lots go over, a debt goes over, each as two entries of one group."""
    assert state.currency_id is not None
    other = book[to.pk, state.currency_id]
    if points := state.available + state.pending:
        out = _out(state, _lots_left(state), key=_key(row), at=at, group_id=row.pk)
        into = _into(other, points, key=_key(row), at=at, group_id=row.pk)
        move_lots(program=program, book=book, out=out, into=into, actor=actor, at=at)
    if owed := state.negative:
        _move_debt(program, book, owed, row, off=state, onto=other, actor=actor, at=at)


def _carry_back(
    program: Program, book: Book, state: AccountState, row: Merge, *, actor: Actor, at: datetime
) -> None:
    assert state.currency_id is not None
    other = book[row.source_id, state.currency_id]
    refusal = MergeNotUndoable(days=UNDONE_WITHIN.days)
    lots = list(
        Lot.objects.filter(account=state.id, entry__group_id=row.pk, entry__kind="merge_in")
    )
    debts = list(Debt.objects.filter(account=state.id, entry__group_id=row.pk))
    moved = Entry.objects.filter(
        account=state.id, group_id=row.pk, source_key=f"{_key(row)}/owed", points__lt=0
    ).first()
    still_owed = sum(debt.points - debt.filled for debt in debts)
    if any(lot.free != lot.size for lot in lots) or still_owed != -(moved.points if moved else 0):
        raise refusal
    if lots:
        key = f"{_key(row)}/undo"
        out = _out(state, lots, key=key, at=at, group_id=row.pk, reason=UNDONE)
        into = _into(other, -out.points, key=key, at=at, group_id=row.pk, reason=UNDONE)
        move_lots(program=program, book=book, out=out, into=into, actor=actor, at=at)
    if still_owed:
        _move_debt(
            program, book, still_owed, row, off=state, onto=other, actor=actor, at=at, key="undo/"
        )


@inside_unit_of_work
def _move_debt(
    program: Program,
    book: Book,
    owed: int,
    row: Merge,
    *,
    off: AccountState,
    onto: AccountState,
    actor: Actor,
    at: datetime,
    key: str = "",
) -> None:
    """What is owed moves the other way round: one account is filled, the other pays or owes."""
    slot = f"{_key(row)}/{key}owed"
    reason = UNDONE if key else ""
    into = _into(off, owed, key=slot, at=at, group_id=row.pk, reason=reason)
    out = Movement(
        member_id=onto.member_id,
        currency_id=onto.currency_id,
        kind=EntryKind.MERGE_OUT,
        points=-owed,
        source_key=slot,
        occurred_at=at,
        group_id=row.pk,
        reason=reason,
        may_owe=True,
    )
    post(program=program, movements=[into, out], actor=actor, at=at, accounts=book)


def _both(program: Program, source: Member, target: Member, *, at: datetime) -> Book:
    """All accounts of both, the target's opened in every currency that the source has."""
    theirs = Account.objects.filter(member__in=[source, target], currency__isnull=False)
    return lock_accounts(
        program=program,
        member_ids=[source.pk, target.pk],
        currency_ids=set(theirs.values_list("currency_id", flat=True)),
        at=at,
    )


def _lots_left(state: AccountState) -> list[Lot]:
    return list(Lot.objects.filter(account=state.id, free__gt=0).order_by("id"))


def _out(
    state: AccountState,
    lots: list[Lot],
    *,
    key: str,
    at: datetime,
    kind: EntryKind = EntryKind.MERGE_OUT,
    group_id: Id | None = None,
    reason: str = "",
) -> Movement:
    return Movement(
        member_id=state.member_id,
        currency_id=state.currency_id,
        kind=kind,
        points=-sum(lot.free for lot in lots),
        source_key=key,
        occurred_at=at,
        group_id=group_id,
        reason=reason,
        lot_ids=tuple(lot.pk for lot in lots),
        only_these=True,
    )


def _into(
    state: AccountState, points: int, *, key: str, at: datetime, group_id: Id, reason: str = ""
) -> Movement:
    return Movement(
        member_id=state.member_id,
        currency_id=state.currency_id,
        kind=EntryKind.MERGE_IN,
        points=points,
        source_key=key,
        occurred_at=at,
        group_id=group_id,
        reason=reason,
    )


def _key(row: Merge) -> str:
    return shown(Merge.prefix, row.pk)


def _refuse_open_holds(book: Book) -> None:
    holds = Hold.objects.filter(
        account__in=[state.id for state in book.values()], state=HoldState.HELD
    ).count()
    if holds:
        raise HoldsOpen(holds=holds)
