"""Qualifying: what a friend's orders make of a referral, computed anew each time (R-24, R-25, R-28).

Any order of arrival and any doubling gives the same state and amounts: nothing is added up, all is looked at again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from loyalty.events.kept.orders import PaidOrder, paid_orders_of
from loyalty.foundation.actors import Actor, job
from loyalty.foundation.database.updating import update_rows
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.rows.states import Book
from loyalty.programs.tenants import PointCurrency, Program, currencies_of
from referrals.attribution.kinds import FOLLOWED, ReferralState
from referrals.attribution.models import Referral
from referrals.attribution.moving import Step, move
from referrals.guard.kinds import Decision
from referrals.guard.reviewing import close_reviews
from referrals.plans.terms import LATE_ORDERS, Terms, terms_of
from referrals.qualification.guarding import guard_qualifying
from referrals.rewards.holding import hold_members
from referrals.rewards.promising import cancel, promise
from referrals.rewards.taking_back import note_late_return, take_back
from referrals.rewards.welcoming import withdraw_welcome

FOLLOWER: Final[Actor] = job("referrals")
RETURNED: Final = "order_returned"
QUALIFIED: Final = "order_qualified"
TOO_LATE: Final = "window_over"
HELD: Final = frozenset({ReferralState.PENDING, ReferralState.REVIEW})


@dataclass(slots=True)
class Page:
    """The referrals of one unit, held, with their friends' orders."""

    program: Program
    rows: list[Referral]
    orders: Mapping[Id, Sequence[PaidOrder]]
    currencies: Mapping[str, PointCurrency]
    book: Book = field(default_factory=dict)

    def order_of(self, row: Referral) -> PaidOrder | None:
        """The order that qualifies this referral as things stand."""
        return qualifying_order(
            self.orders.get(row.friend_id, ()), terms=terms_of(row.version), joined_at=row.joined_at
        )


def qualifying_order(
    orders: Sequence[PaidOrder],
    *,
    terms: Terms,
    joined_at: datetime,
    before: datetime | None = None,
) -> PaidOrder | None:
    """The earliest paid order inside the window whose qualifying amount, net of returns, reaches the minimum.

    `before` looks away from returns that happened then or later.
    """
    for order in sorted(orders, key=lambda each: (each.paid_at, each.id)):
        if not joined_at <= order.paid_at < joined_at + terms.qualify_window:
            continue
        if amount_of(order, terms, before=before) >= max(1, terms.min_order):
            return order
    return None


def amount_of(order: PaidOrder, terms: Terms, *, before: datetime | None = None) -> int:
    """What of an order counts for the minimum: the eligible lines that are left, rounded down once (R-24)."""
    return order.worth_without(
        skus=terms.left_out_skus, categories=terms.left_out_categories, before=before
    )


@inside_unit_of_work
def follow(
    *,
    program: Program,
    friend_ids: Collection[Id],
    at: datetime,
    sources: Mapping[Id, Id] | None = None,
    actor: Actor = FOLLOWER,
) -> Page | None:
    """Bring the referrals of these friends to where their orders put them; one query where there are none (R-56).

    `sources` are the returns that made somebody look, by friend. Answers the page it worked on.
    """
    wanted = Referral.objects.filter(
        program=program, friend_id__in=friend_ids, state__in=FOLLOWED
    ).only("pk", "friend_id", "advocate_member_id")
    there = list(wanted)
    if not there:
        return None
    return follow_rows(there, program=program, at=at, sources=sources, actor=actor)


@inside_unit_of_work
def follow_rows(
    there: Sequence[Referral],
    *,
    program: Program,
    at: datetime,
    sources: Mapping[Id, Id] | None = None,
    actor: Actor = FOLLOWER,
) -> Page:
    """As `follow`, for referrals that somebody has found already."""
    page = open_page(program=program, there=there, at=at)
    told = {row.pk: (sources or {}).get(row.friend_id, row.pk) for row in page.rows}
    _reverse(page, sources=told, actor=actor, at=at)
    _fall_back(page, actor=actor, at=at)
    _qualify(page, actor=actor, at=at)
    return page


@inside_unit_of_work
def open_page(*, program: Program, there: Sequence[Referral], at: datetime) -> Page:
    """Hold the members, then read the referrals and the orders again: what is read now is what counts."""
    currencies = currencies_of(program)
    book = hold_members(program=program, referrals=there, currencies=currencies.values(), at=at)
    rows = list(
        Referral.objects.filter(pk__in=[row.pk for row in there])
        .select_related("version", "plan", "advocate", "touch")
        .order_by("pk")
    )
    orders = paid_orders_of(program=program, member_ids={row.friend_id for row in rows})
    return Page(program=program, rows=rows, orders=orders, currencies=currencies, book=book)


def _qualify(page: Page, *, actor: Actor, at: datetime) -> None:
    """Joined referrals with a qualifying order are weighed and go on; those in hold follow an earlier or later order."""
    fresh: list[tuple[Referral, PaidOrder]] = []
    changed: list[Referral] = []
    for row in page.rows:
        order = page.order_of(row)
        if order is None:
            continue
        if row.state == ReferralState.JOINED:
            fresh.append((row, order))
        elif row.state in HELD and row.order_id != order.id:
            note_order(row, order)
            changed.append(row)
    if changed:
        update_rows(changed, ["order_id", "ordered_at", "release_at"])
    if not fresh:
        return
    for row, order in fresh:
        note_order(row, order)
        row.qualified_at = at
    steps = guard_qualifying(
        fresh, program=page.program, orders=page.orders, why=QUALIFIED, actor=actor, at=at
    )
    move(steps, at=at)
    promise([step.referral for step in steps if step.to is not ReferralState.REJECTED])
    withdraw_welcome(_ended(steps), program=page.program, at=at)


def _ended(steps: Sequence[Step]) -> list[Referral]:
    over = {ReferralState.REJECTED, ReferralState.EXPIRED}
    return [step.referral for step in steps if step.to in over]


def note_order(row: Referral, order: PaidOrder) -> None:
    """Write down which order qualified it, and until when the hold runs (R-25)."""
    row.order_id, row.ordered_at = order.id, order.paid_at
    row.release_at = order.paid_at + terms_of(row.version).hold


def forget_order(row: Referral) -> None:
    """No order qualifies it any more."""
    row.order_id = row.ordered_at = row.qualified_at = row.release_at = None
    row.household, row.as_household, row.is_cleared = None, False, False


def _fall_back(page: Page, *, actor: Actor, at: datetime) -> None:
    """What a return took under the minimum waits again while the window runs, or is over; so is who never ordered."""
    steps, reviewed = [], []
    for row in page.rows:
        is_held = row.state in HELD
        if not (is_held or row.state == ReferralState.JOINED) or page.order_of(row) is not None:
            continue
        is_over = at >= row.qualify_until + LATE_ORDERS
        if row.state == ReferralState.JOINED and not is_over:
            continue
        if row.state == ReferralState.REVIEW:
            reviewed.append(row.pk)
        to = ReferralState.EXPIRED if is_over else ReferralState.JOINED
        why = RETURNED if is_held else TOO_LATE
        forget_order(row)
        steps.append(Step(referral=row, to=to, why=why, actor=actor))
    if not steps:
        return
    move(steps, at=at)
    cancel([step.referral.pk for step in steps], why=RETURNED)
    withdraw_welcome(_ended(steps), program=page.program, at=at)
    if reviewed:
        close_reviews(reviewed, decision=Decision.OVERTAKEN, reason=RETURNED, actor=actor, at=at)


def _reverse(page: Page, *, sources: Mapping[Id, Id], actor: Actor, at: datetime) -> None:
    """Approved referrals of which no order is left are taken back, while there is time (R-34)."""
    fallen = [
        row
        for row in page.rows
        if row.state == ReferralState.APPROVED and page.order_of(row) is None
    ]
    in_time = [row for row in fallen if _is_in_time(row, page)]
    late = [row for row in fallen if row not in in_time]
    if late:
        note_late_return(late, sources=sources, at=at)
    reverse(page, in_time, sources=sources, why=RETURNED, actor=actor, at=at)


@inside_unit_of_work
def reverse(
    page: Page,
    rows: Sequence[Referral],
    *,
    sources: Mapping[Id, Id],
    why: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    """Take these approved referrals back, with both rewards."""
    if not rows:
        return
    take_back(rows, sources=sources, program=page.program, book=page.book, actor=actor, at=at)
    move(
        [
            Step(referral=row, to=ReferralState.REVERSED, why=why, actor=actor, reason=reason)
            for row in rows
        ],
        at=at,
    )


def _is_in_time(row: Referral, page: Page) -> bool:
    """Whether no order was left before the time for taking back was over: by when returns happened, not when they were told."""
    assert row.approved_at, "it was approved"
    terms = terms_of(row.version)
    orders = page.orders.get(row.friend_id, ())
    until = row.approved_at + terms.clawback_for
    return qualifying_order(orders, terms=terms, joined_at=row.joined_at, before=until) is None
