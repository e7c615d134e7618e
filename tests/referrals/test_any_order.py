"""Any order of telling ends alike, and many cost as many statements as one (R-28, R-35, R-56)."""

import itertools
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty.outbox.delivering import deliver_until_idle
from referrals.attribution.models import Referral
from referrals.qualification.joining import Arrival, join
from referrals.qualification.qualifying import follow
from referrals.qualification.releasing import release_due
from tests.world.events import an_event, an_order, taken
from tests.world.members import some_members
from tests.world.referrals import (
    KEY,
    a_cafe,
    a_friend,
    at,
    bought,
    code_of,
    grants_of,
    in_a_unit,
    points_of,
    referral_of,
    returned,
    ticked,
)

pytestmark = pytest.mark.django_db
UNIT = 2


def ticked_once(program, when):
    release_due(program=program, at=at(when))


def counted(work):
    """The statements of a step, without those of its unit."""
    counts = []

    def inside():
        with CaptureQueriesContext(connection) as queries:
            work()
        counts.append(len(queries))

    in_a_unit(inside)
    return counts[0]


def counted_free(work):
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


class TestAnyOrder:
    """R-28, R-35, acceptance 4: any order and any doubling of orders and returns ends alike."""

    TELLINGS = ("small", "first", "return of first", "second", "first again", "return again")

    def told_in(self, cafe, order):
        tellings = {
            "small": an_order("small", member="ext:grace", total=1000, at=at("11-15 09:00")),
            "first": an_order("first", member="ext:grace", total=4500, at=at("11-20 09:00")),
            "second": an_order("second", member="ext:grace", total=3500, at=at("11-28 09:00")),
            "return of first": an_event(
                "order.cancelled",
                member="ext:grace",
                source_id="r1",
                at=at("11-25 09:00"),
                data={"order_id": "first"},
            ),
        }
        tellings["first again"] = tellings["first"]
        tellings["return again"] = tellings["return of first"]
        for name in order:
            taken(cafe, tellings[name], at=at("11-29 09:00"))
            deliver_until_idle(program_id=cafe.pk)
        ticked(cafe, "12-12 09:00")
        row = referral_of(cafe)
        return row.state, row.ordered_at, grants_of(cafe), points_of(cafe, "ada")

    @pytest.mark.parametrize("seed", range(6))
    def test_ends_alike(self, seed):
        orders = list(itertools.permutations(self.TELLINGS))
        cafe = a_cafe()
        a_friend(cafe, code=code_of(cafe).text)

        end = self.told_in(cafe, orders[(seed * 127) % len(orders)])

        assert end == (
            "approved",
            at("11-28 09:00"),
            {"advocate": ("granted", 0), "friend": ("granted", 0)},
            500,
        )

    @pytest.mark.parametrize(
        ("tellings", "state", "points"),
        [(("second", "return of first"), "approved", 500), (("return of first", "second"), "reversed", 0)],
    )  # fmt: skip
    def test_a_reversal_is_final(self, tellings, state, points):
        """R-22, R-28: after the release an order that is told before the return keeps the referral, after it not."""
        cafe = a_cafe()
        a_friend(cafe, code=code_of(cafe).text)
        bought(cafe, order_id="first")
        ticked(cafe, "12-04 09:00")
        assert points_of(cafe, "ada") == 500

        for telling in tellings:
            if telling == "second":
                bought(cafe, order_id="second", when="11-28 09:00", told_at="12-05 09:00")
            else:
                returned(cafe, order_id="first", when="12-05 10:00")
        ticked(cafe, "2027-02-01 09:00")

        assert (referral_of(cafe).state, points_of(cafe, "ada")) == (state, points)


class TestStatements:
    """R-56 to R-58, acceptance 18: as many statements for many as for one, signals and all; a page of releases at most 25."""

    def crowd(self, size):
        cafe = a_cafe(f"cafe-{size}")
        friends = some_members(cafe, size, at=at("11-10 08:00"))
        code = code_of(cafe).text
        arrivals = [
            Arrival(friend_id=each.pk, joined_at=each.joined_at, text=code) for each in friends
        ]
        joining = counted(partial(join, arrivals, program=cafe, actor=KEY, at=at("11-10 08:00")))
        orders = [
            an_order(f"o-{each.external_id}", member=each, total=4500, at=at("11-20 09:00"))
            for each in friends
        ]
        taken(cafe, *orders, at=at("11-20 09:01"))
        ids = [each.pk for each in friends]
        qualifying = counted(partial(follow, program=cafe, friend_ids=ids, at=at("11-20 09:01")))
        releasing = counted_free(partial(ticked_once, cafe, "12-04 09:00"))
        assert Referral.objects.filter(program=cafe, state="approved").count() == size
        return joining, qualifying, releasing

    def test_do_not_grow_with_the_list(self):
        few, many = self.crowd(1), self.crowd(500)

        assert many == few
        assert many == (15, 24, 24 + UNIT)

    def test_strangers_cost_one_query(self):
        cafe = a_cafe()
        friends = some_members(cafe, 50)
        ids = [each.pk for each in friends]

        assert counted(partial(follow, program=cafe, friend_ids=ids, at=at("11-20 09:01"))) == 1
