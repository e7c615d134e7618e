"""Returns in the ledger: claims are posted, points come back, tiers follow; any split ends alike."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty.earning.models import Earning
from loyalty.earning.settling.orders import CANCELLED, Bought, ReturnTold, SpentOn
from loyalty.earning.settling.returning import ReturnExceedsOrder
from loyalty.earning.undoing.answering import answer_of
from loyalty.earning.undoing.taking_back import settle
from loyalty.foundation.ids import new_id
from loyalty.foundation.units import run
from loyalty.ledger.kinds import EntryKind
from tests.world.earning import NOON, ORDER_5990, TILL, a_cafe, a_rule, an_order, rewarded, telling
from tests.world.ledger import entries_of, movements_of, moving, parts_of, posted
from tests.world.members import a_member, some_members
from tests.world.programs import STARS, XP, applied, currency_of
from tests.world.tiers import days_of

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOON + timedelta(days=3)
COVERED = {"pending": 0, "available": 23, "expired": 0, "owing": 0, "forgiven": 0}
HALF = {"lines": [{"sku": "ESP-1", "quantity": 1}]}


def a_return(data=None, *, kind="order.returned", at=LATER):
    return ReturnTold(event_id=new_id(), type=kind, occurred_at=at, data=data or {})


def settled(program, *orders, at=LATER):
    return run(lambda: settle(program=program, orders=list(orders), actor=TILL, at=at))


def bought(cafe, member, data=ORDER_5990, **how):
    """A paid order, rewarded."""
    told = telling(data, of=member, **how)
    rewarded(cafe, told)
    return told


def answer(cafe, done):
    slugs = {currency_of(cafe, slug).pk: slug for slug in ("stars", "xp")}
    return answer_of(done, currencies=slugs)


def test_a_return_claims_what_the_rest_is_not_worth():
    """E-62, L-40: 45 → 22; the day of the purchase is the one that counts less (T-7)."""
    cafe = a_cafe(a_rule())
    ada = a_member(cafe)
    told = bought(cafe, ada)

    (done,) = settled(cafe, Bought(told=told, fresh=(a_return(HALF),)))

    assert movements_of(ada) == [45, -23]
    assert Earning.objects.get().claimed == 23
    assert answer(cafe, done) == {
        "lines": [{"line_id": "1", "quantity": 1, "value": 2695, "money": 2695, "points": 0}],
        "money": {"amount": 2695, "currency": "EUR"},
        "taken_back": {
            **COVERED,
            "by_currency": {"stars": COVERED},
        },
        "given_back": {"available": 0, "already_expired": 0},
        "vouchers": [],
    }


def test_points_that_cannot_be_spent_are_told_apart():
    """E-65, L-8."""
    xp = a_rule("xp", effect={"kind": "fixed", "points": 10}) | {"currency": "xp"}
    cafe = a_cafe(a_rule(), xp)
    ada = a_member(cafe)
    told = bought(cafe, ada)

    (done,) = settled(cafe, Bought(told=told, fresh=(a_return(kind=CANCELLED),)))

    taken = answer(cafe, done)["taken_back"]
    assert (taken["available"], taken["by_currency"]["xp"]["available"]) == (45, 10)


def test_pending_points_are_taken_first():
    """E-63."""
    cafe = a_cafe(a_rule(unlock={"after": "P14D", "from": "event"}))
    ada = a_member(cafe)
    told = bought(cafe, ada)

    (done,) = settled(cafe, Bought(told=told, fresh=(a_return(HALF),)))

    assert parts_of(ada) == (0, 22, 0, 0)
    assert answer(cafe, done)["taken_back"]["pending"] == 23


def test_what_is_gone_is_owed():
    """E-63: `owe`, the default."""
    cafe = a_cafe(a_rule())
    ada = a_member(cafe)
    told = bought(cafe, ada)
    posted(moving(-45, of=ada), at=NOON)

    (done,) = settled(cafe, Bought(told=told, fresh=(a_return(kind=CANCELLED),)))

    assert parts_of(ada) == (0, 0, 0, 45)
    assert answer(cafe, done)["taken_back"]["owing"] == 45


@pytest.mark.parametrize(("take", "forgiven"), [("within_balance", 45), ("only_pending", 45)])
def test_what_is_gone_is_forgiven_where_the_programme_says_so(take, forgiven):
    """E-63."""
    cafe = a_cafe(a_rule(), returns_take=take)
    ada = a_member(cafe)
    told = bought(cafe, ada)
    posted(moving(-45, of=ada), at=NOON)

    (done,) = settled(cafe, Bought(told=told, fresh=(a_return(kind=CANCELLED),)))

    assert parts_of(ada) == (0, 0, 0, 0)
    assert answer(cafe, done)["taken_back"]["forgiven"] == forgiven


def test_points_that_paid_come_back_to_their_lots():
    """E-64, E-G3: 450 of 1,000 points and 22.45; claim 19."""
    cafe = a_cafe(a_rule())
    ada = a_member(cafe)
    posted(moving(1000, of=ada), at=NOON)
    (spent,) = posted(moving(-1000, of=ada), at=NOON)
    told = bought(cafe, ada, paid_with_points=1000)
    paid = SpentOn(entry_id=spent.entry_id, points=1000, value=1000)

    (done,) = settled(cafe, Bought(told=told, fresh=(a_return(HALF),), spent=(paid,)))

    assert movements_of(ada) == [1000, -1000, 37, -19, 450]
    assert answer(cafe, done)["given_back"] == {"available": 450, "already_expired": 0}
    assert answer(cafe, done)["money"] == {"amount": 2245, "currency": "EUR"}
    kinds = [entry.kind for entry in entries_of(ada)[-2:]]
    assert kinds == [EntryKind.RETURN_EARNED, EntryKind.RETURN_SPENT]
    assert len({entry.group_id for entry in entries_of(ada)[-2:]}) == 1


def test_parts_of_a_return_equal_the_whole():
    """E-62: four returns one by one, together in one call, or as one cancellation."""
    lines = [("A", 4000, 4), ("B", 2000), ("C", 3999, 3)]
    parts = [
        {"lines": [{"sku": "A", "quantity": 4}]},
        {"lines": [{"sku": "B", "amount": 500}]},
        {"amount": 1000},
        {"lines": [{"sku": "C", "quantity": 2}]},
    ]
    ends = []
    for slug in ("single", "together"):
        cafe = a_cafe(a_rule(), slug=slug)
        ada = a_member(cafe)
        told = bought(cafe, ada, an_order(9999, lines=lines))
        returns = [a_return(part) for part in parts]
        if slug == "together":
            settled(cafe, Bought(told=told, fresh=tuple(returns)))
        else:
            for place, each in enumerate(returns):
                settled(cafe, Bought(told=told, earlier=tuple(returns[:place]), fresh=(each,)))
        ends.append((sum(movements_of(ada)), movements_of(ada)))

    assert ends[0] == ends[1]
    assert ends[0] == (18, [99, -40, -5, -10, -26])


def test_a_refused_return_leaves_no_trace():
    """E-66: also where an earlier one of the same call is good."""
    cafe = a_cafe(a_rule())
    ada = a_member(cafe)
    told = bought(cafe, ada)
    fresh = (a_return(HALF), a_return({"lines": [{"sku": "ESP-1", "quantity": 2}]}))

    with pytest.raises(ReturnExceedsOrder):
        settled(cafe, Bought(told=told, fresh=fresh))

    assert movements_of(ada) == [45]
    assert Earning.objects.get().claimed == 0


def test_a_gate_opens_again_when_everything_was_claimed():
    """E-40: once per member, until the order is returned."""
    rule = a_rule(
        effect={"kind": "fixed", "points": 50}, limits={"times": {"times": 1, "period": "ever"}}
    )
    cafe = a_cafe(rule)
    ada = a_member(cafe)
    told = bought(cafe, ada)
    settled(cafe, Bought(told=told, fresh=(a_return(kind=CANCELLED),)))

    bought(cafe, ada, at=NOON + timedelta(hours=1), number=2)

    assert movements_of(ada) == [50, -50, 50]


def test_costs_as_many_statements_for_many_orders_as_for_one():
    cafe = a_cafe(a_rule())
    members = some_members(cafe, 31)
    orders = [Bought(told=bought(cafe, each), fresh=(a_return(HALF),)) for each in members]
    counts = []
    for some in (orders[:1], orders[1:]):
        with CaptureQueriesContext(connection) as asked:
            settled(cafe, *some)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_the_order_is_settled_by_the_rounding_and_the_zone_of_its_own_day():
    """E-61: 100.50 rounded up are 101; the evening of the 20th in Kyiv stays there, whatever the programme says since."""
    stars = STARS | {"rounding": "up"}
    rule = a_rule(expression="order.basis > 0 && time.hour == 23", counts_for_tier=True)
    cafe = a_cafe(rule, currencies=[stars, XP])
    ada = a_member(cafe)
    told = bought(cafe, ada, an_order(10_050), at=NOON + timedelta(hours=11))

    program = {"slug": cafe.slug, "zone": "Asia/Tokyo"}
    cafe = applied({"program": program, "currencies": [STARS | {"rounding": "down"}]}).program
    settled(cafe, Bought(told=told, fresh=(a_return({"amount": 10}),)))

    assert movements_of(ada) == [101]
    assert days_of(ada) == {"2026-11-20": (101, 10_040, 1)}


@pytest.mark.parametrize("taxed", [False, True])
def test_what_was_paid_for_a_line_is_as_the_orders_own_sums_say(taxed):
    """E-60: half of 53.91 with the tax on top, of 45.00 with the tax within, also once the programme tells it otherwise."""
    data = ORDER_5990 | ({"total": 5000} if taxed else {})
    cafe = a_cafe(basis={"prices_include_tax": taxed})
    told = bought(cafe, a_member(cafe), data)

    turned = {"slug": cafe.slug, "basis": {"prices_include_tax": not taxed}}
    cafe = applied({"program": turned}).program
    (done,) = settled(cafe, Bought(told=told, fresh=(a_return(HALF),)))

    assert answer(cafe, done)["money"]["amount"] == (2250 if taxed else 2695)
