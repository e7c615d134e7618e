"""Questions at the Corner Café's checkout, and what is answered."""

from loyalty.checkout.models import Quote
from loyalty.checkout.quoting import Question, quote
from loyalty.checkout.setting_aside import hold_for_purchase
from loyalty.checkout.telling.showing import show_quote
from loyalty.foundation.actors import job
from loyalty.ledger.holding import Wish
from loyalty.members.models import Member
from tests.world.earning import NOON
from tests.world.programs import currency_of

TILL = job("till")


def a_basket(total, *, lines=None, **more):
    """An order that is not paid yet: goods only, in one line unless told (`lines` as sku, amount, categories …)."""
    told = {"currency": "EUR", "total": total, **more}
    if lines:
        told["lines"] = [
            {"sku": sku, "quantity": 1, "amount": amount}
            | ({"categories": list(categories)} if categories else {})
            for sku, amount, *categories in lines
        ]
    return told


def quoted(member, order, *, use=None, currency=None, vouchers=(), at=NOON) -> Quote:
    """A quote, asked for by the rule itself."""
    member = Member.objects.select_related("profile").get(pk=member.pk)
    program = member.program
    question = Question(
        member=member,
        order=order,
        use_points=use,
        currency=None if currency is None else currency_of(program, currency),
        vouchers=tuple(vouchers),
    )
    return quote(program=program, question=question, at=at)


def told_of(row, *, at=NOON):
    """The quote as doors tell it."""
    return show_quote(row, program=row.program, at=at)


def held_by(row, points, *, currency="stars", at=NOON):
    """Points of the quote's member, set aside at its price."""
    wish = Wish(purse=(row.member_id, currency_of(row.program, currency).pk), points=points)
    return hold_for_purchase(program=row.program, wish=wish, quote=row.shown_id, actor=TILL, at=at)


def paying_order(row, order_id="order-1001", **more):
    """The event that tells the quoted order as paid, and names the quote."""
    return {
        "order_id": order_id,
        **row.order,
        "quote": row.shown_id,
        **more,
    }
