"""Quoting: what an order would bring, and what vouchers and points may take off it (E-75 to E-77). Nothing is reserved."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from loyalty.checkout.baskets import (
    UNFIT,
    Reduced,
    as_told,
    basket_of,
    discounts_told,
    goods_worth,
    reduced_by,
    usable_of,
)
from loyalty.checkout.keeping import QUOTE_LASTS
from loyalty.checkout.models import Quote
from loyalty.checkout.pasts import facts_about, past_of
from loyalty.checkout.paying import PayTerms, Room, Trim, most_usable, trimmed, value_in
from loyalty.earning.basis import Order, check_sum, read_order
from loyalty.earning.keeping.freezing import frozen_terms
from loyalty.earning.kinds import ORDER_PAID, OrderFacts, Rewarded, Told
from loyalty.earning.rewarding import preview
from loyalty.earning.rules.compiling import rule_set_of
from loyalty.earning.settling.returning import gross_lines
from loyalty.foundation.ids import new_id
from loyalty.foundation.units import unit_of_work
from loyalty.ledger.locks import look_at_accounts
from loyalty.ledger.rows.states import Book
from loyalty.members.models import Member
from loyalty.members.segments.segmenting import segments_at_instants
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.rates import Rates, minor_units_factor
from loyalty.rewards.vouchers.baskets import Coupon
from loyalty.rewards.vouchers.discounting import Discount, discount
from loyalty.rewards.vouchers.refusals import VoucherNotRedeemable
from loyalty.tiers.book import TierInForce, open_book

Shown = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What somebody wants to know: whose basket, how many points shall pay, and which vouchers."""

    member: Member
    order: Mapping[str, Any]
    use_points: int | None = None
    currency: PointCurrency | None = None
    vouchers: tuple[Coupon | VoucherNotRedeemable, ...] = ()  # one for each code, in order


@dataclass(slots=True)
class _Case:
    """One question on its way to its answer."""

    program: Program
    question: Question
    at: datetime
    rate: str
    factor: Fraction  # minor units of programme currency for one of the order's
    reduced: Reduced
    discounts: Sequence[Discount]
    refusals: list[Shown] = field(default_factory=list)

    @property
    def order(self) -> Order:
        return self.reduced.order


@unit_of_work
def quote(*, program: Program, question: Question, at: datetime) -> Quote:
    """Answer this question and keep the answer for a quarter of an hour.

    Raises CurrencyNotAccepted, OrderDoesNotAddUp, LineTaxesIncomplete. What a voucher or the points cannot do is no
    refusal of the question: it stands in the answer, with its reason.
    """
    case = _opened(program, question, at)
    member_id = question.member.pk
    currencies = list(PointCurrency.objects.filter(program=program))
    accounts = look_at_accounts(member_ids=[member_id])
    paying = _paying(case, currencies, accounts)
    rewarded = _rewarded(case, accounts, paid=paying["value"] if paying else 0)
    book = open_book(program=program, member_ids=[member_id], at=at)
    tier = book.tier_at(member_id, at)
    frozen = frozen_terms(program=program, currencies=currencies, tier=tier)
    row = Quote(
        program=program,
        member=question.member,
        as_of=at,
        expires_at=at + QUOTE_LASTS,
        total=case.order.total,
        currency=case.order.currency,
        order=as_told(case.order),
        terms=frozen | {"rate": case.rate, "is_reduced": case.reduced.amount > 0},
        body={
            "discounts": discounts_told(case.reduced, case.discounts),
            "pay_with_points": paying,
            "earns": _earns(rewarded),
            "benefits": _benefits(case, tier),
            "refusals": case.refusals,
        },
    )
    row.save(force_insert=True)
    return row


def _opened(program: Program, question: Question, at: datetime) -> _Case:
    """Read the order, stamp the rate, and take the vouchers off: they go first (E-75)."""
    includes = program.prices_include_tax
    currency = question.order["currency"]
    rate = f"{Rates(program).at(currency=currency, at=at).normalize():f}"
    order = read_order(question.order, prices_include_tax=includes)
    check_sum(order, prices_include_tax=includes)
    refusals: list[Shown] = []
    coupons = usable_of(question.vouchers, refusals)
    told = discount(basket_of(order), list(coupons.values()), currency=program.currency)
    refusals += [
        {"code": UNFIT, "pointer": f"/vouchers/{place}", "reasons": [told.misfits[coupon.id].value]}
        for place, coupon in coupons.items()
        if coupon.id in told.misfits
    ]
    return _Case(
        program=program,
        question=question,
        at=at,
        rate=rate,
        factor=minor_units_factor(rate=Decimal(rate), theirs=currency, ours=program.currency),
        reduced=reduced_by(order, told.discounts, prices_include_tax=includes),
        discounts=told.discounts,
        refusals=refusals,
    )


def _paying(case: _Case, currencies: Sequence[PointCurrency], accounts: Book) -> Shown | None:
    """What points may pay, of the currency asked for or the first that can; None where none can."""
    asked = case.question.currency
    is_paused = case.program.is_paused
    able = [each for each in currencies if each.spendable and each.pay and not is_paused]
    found = next((each for each in able if asked is None or each.pk == asked.pk), None)
    terms = PayTerms.read(found.pay) if found else None
    if found is None or terms is None:
        if case.question.use_points:
            case.refusals.append({"code": "points_cannot_pay", "pointer": "/use_points"})
        return None
    account = accounts.get((case.question.member.pk, found.pk))
    gross = gross_lines(case.order, prices_include_tax=case.program.prices_include_tax)
    room = Room(
        terms=terms,
        available=account.available if account else 0,
        within_share=terms.points_within(goods_worth(gross, factor=case.factor)),
    )
    most, held_by = most_usable(room=room)
    wanted = case.question.use_points or 0
    use, trims = trimmed(wanted, room=room)
    return {
        "currency": found.slug,
        "available": room.available,
        "within_share": room.within_share,
        "most": most,
        "most_value": value_in(terms.worth(most), factor=case.factor),
        "held_by": [each.code for each in held_by],
        "wanted": case.question.use_points,
        "use": use,
        "value": value_in(terms.worth(use), factor=case.factor),
        "trims": [_trim_told(each) for each in trims],
        "terms": asdict(terms),
    }


def _trim_told(trim: Trim) -> Shown:
    return {"code": trim.code, "limit": trim.limit, "before": trim.before, "after": trim.after}


def _rewarded(case: _Case, accounts: Book, *, paid: int) -> Rewarded:
    """What the order would bring, paid like this: the same judgement as the order itself gets."""
    member, at = case.question.member, case.at
    types = rule_set_of(case.program).done_types
    past = past_of(member_id=member.pk, types=types, at=at)
    segments = segments_at_instants(asked={0: (member.pk, at)})[0]
    order = OrderFacts(
        order_row_id=new_id(),
        number=past.order_number,
        currency=case.order.currency,
        rate=case.rate,
        paid_with_points=paid,
    )
    told = Told(
        event_id=new_id(),
        type=ORDER_PAID,
        member=facts_about(member, segments=segments, done=past.done, also=past.also),
        occurred_at=at,
        data=as_told(case.order),
        order=order,
        channel=str(case.question.order.get("channel", "")),
        store=str(case.question.order.get("store", "")),
    )
    (rewarded,) = preview(program=case.program, told=[told], at=at, accounts=accounts)
    return rewarded


def _earns(rewarded: Rewarded) -> Shown:
    told: Shown = {
        "points": rewarded.points,
        "tier": {"before": rewarded.tier_before, "after": rewarded.tier_after},
        "explanation": rewarded.explanation,
    }
    return told | ({"why_nothing": rewarded.why_nothing} if rewarded.why_nothing else {})


def _benefits(case: _Case, tier: TierInForce | None) -> Shown | None:
    """What the tier brings to this order (T-30): whether shipping is free, and its perks; the shop applies them."""
    if tier is None:
        return None
    told: Shown = {
        "tier": {"slug": tier.slug, "name": dict(tier.name)},
        "multiplier": tier.benefits.get("multiplier", "1"),
        "free_shipping": None,
        "perks": list(tier.benefits.get("perks", ())),
    }
    shipping = tier.benefits.get("free_shipping")
    if shipping is not None:
        least = shipping.get("from", 0)
        goods = case.order.goods - case.order.discount
        told["free_shipping"] = {"from": least, "applies": goods * case.factor >= least}
    return told
