"""Vouchers and gift cards of the cast: handed out, and shown at tills, through the rules that everybody uses."""

from datetime import UTC, datetime, timedelta
from itertools import count

from django.db import IntegrityError, connection, transaction

from loyalty.foundation.units import run
from loyalty.outbox.models import AnnouncedFact
from loyalty.rewards.catalogue.offers import ends_at, live_offer
from loyalty.rewards.gift_cards.opening import NewCard, open_cards
from loyalty.rewards.kinds import Origin
from loyalty.rewards.models import Voucher
from loyalty.rewards.undoing.reinstating import reinstate
from loyalty.rewards.using import tilling
from loyalty.rewards.using.finding import Shown
from loyalty.rewards.voucher_kinds import PaidWith
from loyalty.rewards.vouchers.baskets import Basket, BasketLine
from loyalty.rewards.vouchers.issuing import NewVoucher, issue
from tests.world.ledger import TILL
from tests.world.programs import a_program

ISSUED_AT = datetime(2026, 11, 21, 8, tzinfo=UTC)  # 10:00 in Kyiv
PERCENT = {
    "slug": "ten-percent",
    "name": {"en": "10 % off"},
    "kind": "percent_off",
    "terms": {"percent": "10"},
}
AMOUNT = {
    "slug": "five-off",
    "name": {"en": "5 € off"},
    "kind": "amount_off",
    "terms": {"money": {"amount": 500, "currency": "EUR"}},
}
COFFEE = {
    "slug": "free-coffee",
    "name": {"en": "Free coffee"},
    "kind": "free_product",
    "terms": {"skus": ["COF-1"]},
}
SHIPPING = {
    "slug": "free-shipping",
    "name": {"en": "Free shipping"},
    "kind": "free_shipping",
}
PARTNER = {
    "slug": "cinema",
    "name": {"en": "Cinema"},
    "kind": "custom",
    "codes": "pool",
}
_orders = count(1)


def a_cafe(*rewards, slug="corner-cafe", **settings):
    """A programme with these rewards live."""
    told = list(rewards) or [PERCENT, AMOUNT, COFFEE, SHIPPING]
    return a_program(slug, parts={"rewards": told}, **settings)


def issued(cafe, slug="ten-percent", *, to=None, at=ISSUED_AT, **how):
    """A voucher of this reward, handed out to a member or to whoever comes."""
    offer = live_offer(program=cafe, slug=slug)
    told = {"origin": Origin.GIFT, "ends_at": ends_at(offer, at=at, zone=cafe.zone)} | how
    new = NewVoucher(offer=offer, member_id=to and to.pk, **told)
    (voucher,) = run(lambda: issue(program=cafe, vouchers=[new], at=at))
    return voucher


def a_card(cafe, amount=5000, *, currency="EUR", to=None, at=ISSUED_AT, **how):
    """A gift card with this value in minor units."""
    told = {"paid_with": PaidWith.MONEY, "origin": Origin.SALE} | how
    card = NewCard(amount=amount, currency=currency, member_id=to and to.pk, **told)
    (made,) = run(lambda: open_cards(program=cafe, cards=[card], actor=TILL, at=at))
    return made


def showing(voucher, *, by=None, pin=None, inspects=False):
    """This voucher's code as somebody shows it; `voucher` may be a bare code."""
    code = voucher if isinstance(voucher, str) else voucher.code
    own = "" if isinstance(voucher, str) else voucher.pin or ""
    return Shown(
        code=code,
        member_id=by and by.pk,
        pin=own if pin is None else pin,
        may_inspect=inspects,
    )


def validated(cafe, voucher, *, by=None, at=ISSUED_AT, pin=None, inspects=False, **wish):
    shown = showing(voucher, by=by, pin=pin, inspects=inspects)
    return tilling.validate(program=cafe, shown=shown, wish=tilling.Wish(**wish), at=at).told


def reserved(cafe, voucher, key="k1", *, by=None, at=ISSUED_AT, pin=None, inspects=False, **wish):
    shown = showing(voucher, by=by, pin=pin, inspects=inspects)
    wish = tilling.Wish(key=key, **wish)
    return tilling.reserve(program=cafe, shown=shown, wish=wish, actor=TILL, at=at).told


def redeemed(
    cafe, voucher, order=None, *, key="", by=None, at=ISSUED_AT, pin=None, inspects=False, **wish
):
    shown = showing(voucher, by=by, pin=pin, inspects=inspects)
    wish = tilling.Wish(key=key, order_id=order or f"order-{next(_orders)}", **wish)
    return tilling.redeem(program=cafe, shown=shown, wish=wish, actor=TILL, at=at).told


def released(cafe, voucher, key="k1", *, by=None, at=ISSUED_AT, pin=None):
    shown = showing(voucher, by=by, pin=pin)
    wish = tilling.Wish(key=key)
    return tilling.release(program=cafe, shown=shown, wish=wish, actor=TILL, at=at).told


def reinstated(cafe, voucher, order, *, at=ISSUED_AT):
    return reinstate(program=cafe, voucher_id=voucher.id, order_id=order, actor=TILL, at=at)


def state_of(voucher):
    """What the row says."""
    return Voucher.objects.get(pk=voucher.id).state


def a_basket(*amounts, currency="EUR", shipping=0, discount=0):
    """A basket of these lines: amounts, or (sku, quantity, amount)."""
    lines = [each if isinstance(each, tuple) else ("", 1, each) for each in amounts]
    return {
        "basket": Basket(
            currency=currency,
            lines=tuple(
                BasketLine(sku=sku, quantity=quantity, amount=amount)
                for sku, quantity, amount in lines
            ),
            shipping=shipping,
            discount=discount,
        ),
        "line_ids": [str(place) for place, _line in enumerate(lines, start=1)],
    }


def facts_of(program, *names):
    """What was announced in this programme, in order; of these names, if any."""
    told = AnnouncedFact.objects.filter(program_id=program.pk).order_by("id")
    return list(told.filter(name__in=names) if names else told)


def refused_by_database(sql, *values):
    """The constraint or trigger by which the database refuses this, or None if it does not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return error.__cause__.diag.constraint_name
    return None


def minutes(number):
    return timedelta(minutes=number)
