"""Claiming: what a return asks back of points that were earned, and what covers it (L-40, E-63)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.facts import PointsReversed
from loyalty.ledger.kinds import WITHDRAWN, EntryKind, Movement, Posted
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.posting import fact_of
from loyalty.ledger.refusals import EntryConflict
from loyalty.ledger.rows.claims import ClaimWish, Covered, Known, read_claims
from loyalty.ledger.rows.drafting import Draft
from loyalty.ledger.rows.moving import move
from loyalty.ledger.rows.releasing import end_lot
from loyalty.ledger.rows.states import Book
from loyalty.ledger.rows.writing import write
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program, ReturnsTake


@inside_unit_of_work
def claim(
    *,
    program: Program,
    wishes: Sequence[ClaimWish],
    actor: Actor,
    at: datetime,
    accounts: Book | None = None,
    approved_by_id: Id | None = None,
    reason: str = "",
) -> list[Covered]:
    """Take back points that were earned; answers what covered each wish, in order.

    In the order of E-63: the pending part of the earning's own lot, what is left of it, its points that expired
    unspent, other open points, then `negative`, as far as the wish's policy goes; the rest is waived. Told again under
    the same key: the first answer. Raises EntryConflict for other points under a key.
    """
    if not wishes:
        return []
    book = accounts if accounts is not None else _lock(program, wishes, at)
    if actor.kind is ActorKind.STAFF:
        reason = reason or WITHDRAWN
    draft = Draft(actor=actor, at=at, approved_by_id=approved_by_id, reason=reason)
    known = read_claims(draft, book, wishes)
    told, news = [], list[Fact]()
    for wish in wishes:
        covered = known.earlier.get((wish.earning_id, wish.source_key))
        if covered is None:
            account = book[wish.purse]
            covered, ended = _claim(draft, known, wish, account_id=account.id)
            news += [fact_of(each, program=program, at=at) for each in ended]
            news.append(_fact_of(wish, covered, program=program, balance=account.balance, at=at))
            known.earlier[wish.earning_id, wish.source_key] = replace(covered, repeated=True)
        elif covered.asked != wish.points:
            raise EntryConflict(points=covered.asked)
        told.append(covered)
    write(draft.rows())
    announce(news)
    return told


def _claim(
    draft: Draft, known: Known, wish: ClaimWish, *, account_id: Id
) -> tuple[Covered, list[Posted]]:
    """Draft one claim; answers what covered it, and lots that had ended and end now."""
    drafted = draft.accounts[account_id]
    own = [lot for lot in known.own.get(wish.earning_id, ()) if lot.account_id == account_id]
    posted = []
    for lot in own:
        if lot.free and lot.opened_at and not draft.is_alive(lot):
            known.expired[wish.earning_id] = known.expired.get(wish.earning_id, 0) + lot.free
            posted.append(end_lot(draft, lot))
    named = {lot.id for lot in own}
    covered = _cover(
        wish,
        pending=sum(lot.free for lot in own if lot.opened_at is None),
        own=sum(lot.free for lot in own if lot.opened_at is not None),
        expired=known.expired.get(wish.earning_id, 0),
        other=sum(lot.free for lot in drafted.open_lots if lot.id not in named),
        may_owe=drafted.account.is_spendable,
    )
    known.expired[wish.earning_id] = known.expired.get(wish.earning_id, 0) - covered.expired
    if covered.moved:
        pending_first = sorted(own, key=lambda lot: lot.opened_at is not None)
        movement = _movement(wish, covered, lot_ids=tuple(lot.id for lot in pending_first))
        covered = replace(covered, entry_id=move(draft, movement, account_id).entry_id)
    draft.claims.append(
        (
            *(new_id(), account_id, wish.earning_id, wish.source_key, covered.asked),
            *(covered.pending, covered.own, covered.expired, covered.other, covered.owing),
            *(covered.waived, covered.entry_id, wish.group_id, draft.at),
        )
    )
    return covered, posted


def _cover(
    wish: ClaimWish, *, pending: int, own: int, expired: int, other: int, may_owe: bool
) -> Covered:
    """Split the asked points over what is there, in the order of E-63."""
    left = wish.points
    parts: dict[str, int] = {}
    is_bounded = wish.take == ReturnsTake.ONLY_PENDING and not wish.only_own
    may_owe = may_owe and wish.take == ReturnsTake.OWE and not wish.only_own
    for name, there in (
        ("pending", pending),
        ("own", 0 if is_bounded else own),
        ("expired", 0 if is_bounded else expired),
        ("other", 0 if is_bounded or wish.only_own else other),
        ("owing", left if may_owe else 0),
    ):
        parts[name] = max(0, min(left, there))
        left -= parts[name]
    return Covered(
        asked=wish.points,
        pending=parts["pending"],
        own=parts["own"],
        expired=parts["expired"],
        other=parts["other"],
        owing=parts["owing"],
        waived=left,
    )


def _fact_of(
    wish: ClaimWish, covered: Covered, *, program: Program, balance: int, at: datetime
) -> PointsReversed:
    return PointsReversed(
        program_id=program.pk,
        member_id=wish.member_id,
        at=at,
        entry_id=covered.entry_id,
        currency_id=wish.currency_id,
        kind=EntryKind.RETURN_EARNED.value,
        points=-covered.moved,
        claimed=covered.asked,
        owed=covered.owing,
        balance_after=balance,
        event_id=wish.event_id,
        rule_id=wish.rule_id,
        reverses_id=wish.earning_id,
        source_key=wish.source_key,
        occurred_at=wish.occurred_at,
        day=wish.day or local_day(wish.occurred_at, program.zone),
        counts_for_tier=wish.counts_for_tier,
    )


def _movement(wish: ClaimWish, covered: Covered, *, lot_ids: tuple[Id, ...]) -> Movement:
    return Movement(
        member_id=wish.member_id,
        currency_id=wish.currency_id,
        kind=EntryKind.RETURN_EARNED,
        points=-covered.moved,
        source_key=wish.source_key,
        occurred_at=wish.occurred_at,
        event_id=wish.event_id,
        rule_id=wish.rule_id,
        rule_version=wish.rule_version,
        reverses_id=wish.earning_id,
        group_id=wish.group_id,
        counts_for_tier=wish.counts_for_tier,
        lot_ids=lot_ids,
        only_these=not (covered.other or covered.owing),
        may_owe=covered.owing > 0,
    )


def _lock(program: Program, wishes: Iterable[ClaimWish], at: datetime) -> Book:
    return lock_accounts(
        program=program,
        member_ids={wish.member_id for wish in wishes},
        currency_ids={wish.currency_id for wish in wishes},
        at=at,
    )
