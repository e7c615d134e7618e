"""Any history of a voucher and a gift card is the one of a plain model; nothing comes back twice (W-30, W-52, W-60)."""

from contextlib import suppress
from datetime import datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import run
from loyalty.ledger.models import Account
from loyalty.rewards.ending.extending import extend
from loyalty.rewards.ending.lapsing import lapse_due
from loyalty.rewards.models import Voucher, VoucherUse
from loyalty.rewards.undoing.cancelling import cancel_vouchers
from loyalty.rewards.vouchers.refusals import (
    ValueExceedsRemaining,
    VoucherNotRedeemable,
    VoucherNotReinstatable,
)
from tests.world.ledger import TILL
from tests.world.vouchers import (
    ISSUED_AT,
    a_cafe,
    a_card,
    issued,
    redeemed,
    reinstated,
    released,
    reserved,
)

pytestmark = pytest.mark.django_db
KYIV = ZoneInfo("Europe/Kyiv")
HOUR = timedelta(hours=1)
LATER = datetime(2027, 1, 4, tzinfo=KYIV)
END = ISSUED_AT + timedelta(days=3)
VALUE = 5_000
_cafes = count(1)

verbs = st.sampled_from(["reserve", "release", "redeem", "reinstate", "cancel", "lapse", "extend"])
histories = st.lists(
    st.tuples(verbs, st.sampled_from(["1", "2"]), st.integers(0, 30)), min_size=1, max_size=12
)


class Plain:
    """A voucher as the table of W-30 tells it, by the clock, without a database."""

    def __init__(self):
        self.state, self.ends, self.key, self.until, self.order = "issued", END, "", None, ""
        self.over = set()  # orders that it may serve no more

    def stands(self, at):
        state = self.state
        if state == "reserved" and self.until <= at:
            state = "issued"
        return "expired" if state == "issued" and self.ends <= at else state

    def reserve(self, name, at):
        mine = self.stands(at) == "reserved" and self.key == name
        if self.ends > at and (self.stands(at) == "issued" or mine):
            self.state, self.key, self.until = "reserved", name, at + HOUR

    def release(self, name, at):
        if self.state == "reserved" and self.key == name:
            self.state = "issued"

    def redeem(self, name, at):
        mine = self.stands(at) == "reserved" and self.key == name
        if (
            name not in self.over
            and self.state != "redeemed"
            and (self.stands(at) == "issued" or mine)
        ):
            self.state, self.order = "redeemed", name
            self.over.add(name)

    def reinstate(self, name, at):
        if self.state == "redeemed" and self.order == name:
            self.state = "issued"
            if self.ends <= at:
                day = at.astimezone(KYIV).date() + timedelta(days=31)
                self.ends = datetime.combine(day, time(), KYIV)

    def cancel(self, _name, _at):
        if self.state in {"issued", "reserved"}:
            self.state = "cancelled"

    def lapse(self, _name, at):
        if self.state != "cancelled":
            self.state = self.stands(at)

    def extend(self, _name, _at):
        if self.state in {"issued", "expired"} and self.ends < LATER:
            self.state, self.ends = "issued", LATER


def done(verb, name, cafe, voucher, at):
    last_day = (LATER - HOUR).date()
    verbs = {
        "reserve": lambda: reserved(cafe, voucher, name, at=at, lasts=HOUR),
        "release": lambda: released(cafe, voucher, name, at=at),
        "redeem": lambda: redeemed(cafe, voucher, name, key=name, at=at),
        "reinstate": lambda: reinstated(cafe, voucher, name, at=at),
        "cancel": lambda: run(
            lambda: cancel_vouchers(
                program=cafe, voucher_ids=[voucher.id], reason="x", actor=TILL, at=at
            )
        ),
        "lapse": lambda: run(lambda: lapse_due(program=cafe, at=at)),
        "extend": lambda: extend(
            program=cafe, voucher_id=voucher.id, last_day=last_day, reason="x", actor=TILL, at=at
        ),
    }
    with suppress(DomainError):
        verbs[verb]()


@settings(max_examples=10, deadline=None)
@given(history=histories)
def test_a_voucher_is_where_the_plain_one_is(history):
    """W-30, W-31: whatever the tills, the staff and the clock do, in any order; it is used at most once for an order."""
    cafe = a_cafe(slug=f"cafe-{next(_cafes)}")  # examples share the test's transaction
    voucher, plain, at = issued(cafe, ends_at=END), Plain(), ISSUED_AT

    for verb, name, hours in history:
        at += hours * HOUR / 2
        done(verb, name, cafe, voucher, at)
        getattr(plain, verb)(name, at)
        row = Voucher.objects.get(pk=voucher.id)
        assert (row.state, row.ends_at) == (plain.state, plain.ends), (verb, name, at)

    uses = VoucherUse.objects.filter(voucher=voucher.id).values_list("order_key", "reinstated_at")
    assert len(uses) == len(plain.over)
    assert sum(reinstated_at is None for _order, reinstated_at in uses) == (
        plain.state == "redeemed"
    )


amounts = st.integers(1, 3_000)
dealings = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "release", "redeem", "reinstate"]),
        st.sampled_from(["1", "2", "3"]),
        amounts,
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=12,
)


def dealt(verb, name, cafe, card, amount, at):
    if verb == "reserve":
        reserved(cafe, card, name, amount=amount, at=at)
    elif verb == "release":
        released(cafe, card, name, at=at)
    elif verb == "redeem":
        redeemed(cafe, card, name, key=name, amount=amount, at=at)
    else:
        reinstated(cafe, card, name, at=at)


@settings(max_examples=10, deadline=None)
@given(dealings=dealings)
def test_the_money_on_a_card_adds_up(dealings):
    """W-52, W-60: what is free, what baskets hold and what orders drew make the value, always."""
    cafe = a_cafe(slug=f"cafe-{next(_cafes)}")
    card, at = a_card(cafe), ISSUED_AT

    for verb, name, amount, hours in dealings:
        at += hours * HOUR / 4
        with suppress(ValueExceedsRemaining, VoucherNotReinstatable, VoucherNotRedeemable):
            dealt(verb, name, cafe, card, amount, at)

        account = Account.objects.get(voucher_id=card.id)
        drawn = sum(
            use.amount - use.given_back for use in VoucherUse.objects.filter(voucher=card.id)
        )
        assert account.available + account.held + drawn == VALUE
        assert min(account.available, account.held) >= 0
