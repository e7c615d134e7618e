"""Any history of a member's redemptions is the one of a plain model; nothing comes back twice (W-11, W-12, W-23, W-24, W-60)."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import run
from loyalty.rewards.ending.extending import extend
from loyalty.rewards.ending.lapsing import lapse_due
from loyalty.rewards.models import Redemption, Voucher
from tests.world.ledger import TILL, parts_of
from tests.world.rewards import NOON, a_cafe, a_guest, a_reward, cancelled, got, left_of
from tests.world.vouchers import redeemed, reinstated

pytestmark = pytest.mark.django_db
POINTS, PRICE, STOCK, TIMES = 900, 100, 5, 3
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KYIV = ZoneInfo("Europe/Kyiv")
LATER = datetime(2026, 12, 11, tzinfo=KYIV)
_cafes = count(1)

histories = st.lists(
    st.tuples(
        st.sampled_from(["get", "get", "use", "cancel", "return", "lapse", "extend"]),
        st.integers(0, 4),  # which of those that are there
        st.sampled_from([0, 0, 1, 30]),  # hours that pass before
    ),
    min_size=3,
    max_size=14,
)


@dataclass
class Piece:
    """One redemption with its voucher, as the tables of W-23 and W-30 tell it."""

    day: object
    ends: datetime
    state: str = "issued"
    order: str = ""


class Plain:
    """A member who redeems one reward, without a database."""

    def __init__(self):
        self.points, self.left, self.pieces, self.orders = POINTS, STOCK, [], count(1)

    def get(self, at):
        day = at.astimezone(KYIV).date()
        had = sum(1 for each in self.pieces if each.day == day and each.state != "cancelled")
        if had < TIMES and self.left and self.points >= PRICE:
            ends = datetime.combine(day + 3 * DAY, datetime.min.time(), KYIV)
            self.pieces.append(Piece(day=day, ends=ends))
            self.points, self.left = self.points - PRICE, self.left - 1

    def use(self, piece, at, order):
        if piece.state == "issued" and at < piece.ends:
            piece.state, piece.order = "fulfilled", order

    def cancel(self, piece, at):
        if piece.state == "issued" and at < piece.ends:
            piece.state = "cancelled"
            self.points, self.left = self.points + PRICE, self.left + 1

    def give_back(self, piece, at):
        """Its order comes back: the voucher is good again, if it has ended through the 30th day after."""
        if piece.state == "fulfilled":
            piece.state, piece.order = "issued", ""
            if piece.ends <= at:
                day = at.astimezone(KYIV).date() + 31 * DAY
                piece.ends = datetime.combine(day, datetime.min.time(), KYIV)

    def lapse(self, at):
        for piece in self.pieces:
            if piece.state == "issued" and piece.ends <= at:
                piece.state = "lapsed"

    def extend(self, piece):
        if piece.state in {"issued", "lapsed"} and piece.ends < LATER:
            piece.state, piece.ends = "issued", LATER


def did(verb, plain, ada, place, at):
    """The same on both sides; what is refused changes nothing on either."""
    cafe = ada.program
    if verb == "get":
        plain.get(at)
        return lambda: got(ada, when=at)
    if verb == "lapse":
        plain.lapse(at)
        return lambda: run(lambda: lapse_due(program=cafe, at=at))
    if not plain.pieces:
        return lambda: None
    place %= len(plain.pieces)
    piece = plain.pieces[place]
    row = Redemption.objects.filter(member=ada).order_by("pk")[place]
    voucher = Voucher.objects.get(redemption=row)
    if verb == "use":
        order = f"order-{next(plain.orders)}"
        plain.use(piece, at, order)
        code = codes[row.pk]
        return lambda: redeemed(cafe, code, order, by=ada, at=at)
    if verb == "cancel":
        plain.cancel(piece, at)
        return lambda: cancelled(row, when=at)
    if verb == "return":
        order = piece.order or "order-0"
        plain.give_back(piece, at)
        return lambda: reinstated(cafe, voucher, order, at=at)
    plain.extend(piece)
    told = {"last_day": (LATER - HOUR).date(), "reason": "x", "actor": TILL, "at": at}
    return lambda: extend(program=cafe, voucher_id=voucher.pk, **told)


codes: dict[Any, Any] = {}


@settings(max_examples=10, deadline=None)
@given(history=histories)
def test_points_stock_limits_and_states_are_those_of_the_plain_one(history):
    """Whatever is redeemed, used, cancelled, returned, extended or let end, in any order."""
    offered = a_reward(stock=STOCK, limits=[{"times": TIMES, "period": "day"}], valid_for="P2D")
    cafe = a_cafe(offered, slug=f"cafe-{next(_cafes)}")  # examples share the test's transaction
    ada, plain, at = a_guest(cafe, POINTS), Plain(), NOON

    for verb, place, hours in history:
        at += hours * HOUR
        act = did(verb, plain, ada, place, at)
        with suppress(DomainError):
            handed = act()
            if verb == "get":
                codes[handed.redemption.pk] = handed.vouchers[0].code

        rows = Redemption.objects.filter(member=ada).order_by("pk").values_list("state", flat=True)
        ends = Voucher.objects.filter(member=ada).order_by("redemption")
        assert list(rows) == [each.state for each in plain.pieces], (verb, place, at)
        assert (parts_of(ada)[0], left_of(cafe)) == (plain.points, plain.left), (verb, place, at)
        assert list(ends.values_list("ends_at", flat=True)) == [each.ends for each in plain.pieces]
