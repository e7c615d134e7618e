"""Granting: both sides are decided in the transaction that approves: granted, or capped, or nobody left to take it (R-29 to R-33)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor, job
from loyalty.foundation.database.updating import update_rows
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.ledger.kinds import EntryKind, LotTerms, Movement
from loyalty.ledger.posting import post
from loyalty.ledger.rows.states import Book
from loyalty.outbox.announcing import announce
from loyalty.programs.expiry import ends_at
from loyalty.programs.tenants import PointCurrency, Program, currencies_of
from referrals.attribution.models import Referral
from referrals.attribution.refusals import MoveNotAllowed, ReasonRequired
from referrals.plans.kinds import RewardKind
from referrals.rewards.capping import Purses, caps_of, hold_purses, write_purses
from referrals.rewards.handing_out import beneficiary_of, facts_of, hand_out
from referrals.rewards.holding import hold_members
from referrals.rewards.kinds import BUDGET, GrantState, Side
from referrals.rewards.models import ReferralGrant
from referrals.rewards.refusals import BudgetSpent

GRANTER: Final[Actor] = job("referrals")
REASON: Final = "referral"
MEMBER_GONE: Final = "member_gone"


@inside_unit_of_work
def decide(
    referrals: Sequence[Referral],
    *,
    program: Program,
    currencies: Mapping[str, PointCurrency],
    book: Book,
    at: datetime,
) -> list[ReferralGrant]:
    """Decide both sides of these referrals, the earlier released ones first; nothing is half done.

    The members are locked (`book`). One side's cap never touches the other (R-32).
    """
    grants = list(
        ReferralGrant.objects.filter(
            referral_id__in=[row.pk for row in referrals], state=GrantState.PROMISED
        )
    )
    rows = {row.pk: row for row in referrals}
    for grant in grants:
        if _is_nobodys(grant, rows[grant.referral_id], currencies, book):
            grant.state, grant.why = GrantState.CANCELLED, MEMBER_GONE
    by_side = {
        (grant.referral_id, grant.side): grant
        for grant in grants
        if grant.state == GrantState.PROMISED
    }
    purses = hold_purses(referrals, program=program, at=at)
    for row in sorted(referrals, key=lambda row: (row.release_at or at, row.pk)):
        _decide_friend(by_side.get((row.pk, Side.FRIEND)), row, purses)
        _decide_advocate(by_side.get((row.pk, Side.ADVOCATE)), row, purses, program=program, at=at)
    _write(grants, rows, currencies=currencies, program=program, book=book, purses=purses, at=at)
    write_purses(purses, program=program, at=at)
    return grants


@unit_of_work
def grant_capped(
    *, program: Program, grant: ReferralGrant, reason: str, actor: Actor, at: datetime
) -> ReferralGrant:
    """Give a capped side its reward all the same, by hand and with a reason; the cap does not move, the budget holds.

    Raises ReasonRequired, MoveNotAllowed, BudgetSpent, and what the catalogue says of a voucher that cannot be had.
    """
    assert actor.kind, "people decide"
    if not reason.strip():
        raise ReasonRequired(pointer="/reason")
    referral = Referral.objects.select_related("version").get(pk=grant.referral_id, program=program)
    currencies = currencies_of(program)
    book = hold_members(
        program=program, referrals=[referral], currencies=currencies.values(), at=at
    )
    row = ReferralGrant.objects.get(pk=grant.pk)
    if row.state != GrantState.CAPPED:
        raise MoveNotAllowed(state=GrantState(row.state), wanted=GrantState.GRANTED)
    purses = hold_purses([referral], program=program, at=at)
    if not purses.take_budget(referral.plan_id, row.cost):
        raise BudgetSpent
    row.state, row.why = GrantState.GRANTED, reason.strip()[:60]
    refusals = _write(
        [row],
        {referral.pk: referral},
        currencies=currencies,
        program=program,
        book=book,
        purses=purses,
        at=at,
    )
    if refusals:
        raise refusals[0]
    write_purses(purses, program=program, at=at)
    return row


def _decide_friend(grant: ReferralGrant | None, row: Referral, purses: Purses) -> None:
    if grant is None:
        return
    is_paid = purses.take_budget(row.plan_id, grant.cost)
    grant.state = GrantState.GRANTED if is_paid else GrantState.CAPPED
    grant.why = "" if is_paid else BUDGET


def _decide_advocate(
    grant: ReferralGrant | None, row: Referral, purses: Purses, *, program: Program, at: datetime
) -> None:
    if grant is None:
        return
    caps = caps_of(row, program=program, at=at)
    grant.why = purses.full_cap(caps)
    if not grant.why and not purses.take_budget(row.plan_id, grant.cost):
        grant.why = BUDGET
    grant.state = GrantState.CAPPED if grant.why else GrantState.GRANTED
    if not grant.why:
        purses.take_cap(caps)


def _write(
    grants: Sequence[ReferralGrant],
    rows: Mapping[Id, Referral],
    *,
    currencies: Mapping[str, PointCurrency],
    program: Program,
    book: Book,
    purses: Purses,
    at: datetime,
) -> list[DomainError]:
    """Points first, then vouchers, then the grants as they turned out, then what is told of them."""
    paying = [
        grant
        for grant in grants
        if grant.state == GrantState.GRANTED and grant.kind == RewardKind.POINTS
    ]
    movements = [
        _movement(grant, rows[grant.referral_id], currencies[grant.unit], program=program, at=at)
        for grant in paying
    ]
    posted = post(program=program, movements=movements, actor=GRANTER, at=at, accounts=book)
    for grant, result in zip(paying, posted, strict=True):
        grant.entry_id, grant.currency_id = result.entry_id, currencies[grant.unit].pk
    refusals = hand_out(grants, rows, program=program, purses=purses, at=at)
    for grant in grants:
        grant.decided_at = at
    update_rows(
        sorted(grants, key=lambda grant: grant.pk),
        ["state", "why", "entry_id", "given_id", "currency_id", "decided_at"],
    )
    announce(facts_of(grants, rows, at=at))
    return refusals


def _is_nobodys(
    grant: ReferralGrant, row: Referral, currencies: Mapping[str, PointCurrency], book: Book
) -> bool:
    """Whether nobody is there any more to take it: the accounts were closed, or the points are no more."""
    member_id = beneficiary_of(grant, row)
    if grant.kind == RewardKind.PAYABLE or member_id is None:
        return False
    if grant.kind == RewardKind.VOUCHER:
        own = [state for (owner, _currency), state in book.items() if owner == member_id]
        return not own or all(state.is_closed for state in own)
    currency = currencies.get(grant.unit)
    state = book.get((member_id, currency.pk)) if currency else None
    return state is None or state.is_closed


def _movement(
    grant: ReferralGrant,
    row: Referral,
    currency: PointCurrency,
    *,
    program: Program,
    at: datetime,
) -> Movement:
    policy = dict(currency.expiry)
    member_id = beneficiary_of(grant, row)
    assert member_id is not None, "an affiliate has no points"
    return Movement(
        member_id=member_id,
        currency_id=currency.pk,
        kind=EntryKind.BONUS,
        points=grant.amount,
        source_key=f"{row.shown_id}/{grant.side}",
        occurred_at=at,
        reason=REASON,
        terms=LotTerms(expires_at=ends_at(policy, at, program.zone), policy=policy, origin=REASON),
    )
