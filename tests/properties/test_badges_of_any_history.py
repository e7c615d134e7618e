"""True of every history: what was decided event by event is what the set query says of the whole (G-16, G-24)."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from gamification.badges.awards.looking import look
from gamification.badges.awards.sparing import Wake
from gamification.badges.models import Award
from gamification.criteria.life.catalogue import book_of
from gamification.criteria.measures.counting import Who, values_of
from gamification.criteria.models import Measure, Tally
from gamification.deeds.models import Deed
from loyalty.foundation.units import run
from tests.world.events import an_event, an_order, taken
from tests.world.play import a_cafe, at, heard, member_of

FIRST = at("11-01 09:00")
NOW = at("12-20 09:00")


def _badge(slug, measure, *targets, **more):
    tiers = [{"slug": f"{slug}-{target}", "target": target} for target in targets]
    return {"slug": slug, "condition": {"measure": measure}, "tiers": tiers, **more}


ORDERS = {"kind": "deeds.count", "of": "order.paid"}
CUPS = {"kind": "deeds.sum", "of": "order.line", "value": "quantity"}
BADGES = [
    _badge("orders", ORDERS, 1, 3, 5),
    _badge("cups", CUPS | {"where": {"category": ["coffee"]}}, 4, 9),
    _badge("big", ORDERS | {"where": {"min_amount": 250}}, 1, 2),
    _badge("kinds", {"kind": "deeds.distinct", "of": "order.line", "value": "sku"}, 2, 3),
    _badge("days", {"kind": "deeds.distinct", "of": "order.paid", "value": "day"}, 2, 4),
    _badge("soon", ORDERS | {"window": {"rolling": "P5D"}}, 2, 3),
    _badge("capped", CUPS | {"daily_cap": 3}, 4, 6),
    _badge("weekly", ORDERS | {"window": {"calendar": "week"}}, 2, repeat="per_period"),
    _badge("every", ORDERS, 2, repeat="every"),
    _badge("points", {"kind": "deeds.sum", "of": "points.earned", "value": "points", "currency": "stars"}, 4, 8),
]  # fmt: skip

lines = st.lists(
    st.tuples(st.sampled_from(["ESP", "LAT", "TEA"]), st.integers(1, 4)), min_size=1, max_size=2
)
orders = st.tuples(st.integers(0, 19), lines, st.sampled_from(["kept", "part", "whole"]))


def _told(place, day, bought):
    instant = FIRST + timedelta(days=day, minutes=place)
    told = [
        {
            "line_id": str(number),
            "sku": sku,
            "quantity": count,
            "amount": 100 * count,
            "categories": ["tea" if sku == "TEA" else "coffee"],
        }
        for number, (sku, count) in enumerate(bought)
    ]
    total = sum(line["amount"] for line in told)
    return an_order(f"o-{place}", total=total, at=instant, lines=told)


def _back(place, fate):
    data = {"order_id": f"o-{place}"}
    if fate == "part":
        data["lines"] = [{"line_id": "0", "quantity": 1}]
    kind = "order.returned" if fate == "part" else "order.cancelled"
    when = FIRST + timedelta(days=30, minutes=place)
    return an_event(kind, source_id=f"r-{place}", at=when, data=data)


def _held():
    rows = Award.objects.filter(state="active")
    return {(row.tier, row.occasion, row.earned_at) for row in rows}


class TestAnyHistory(TestCase):
    @settings(max_examples=12, deadline=None)
    @given(
        bought=st.lists(orders, min_size=1, max_size=6),
        shuffle=st.randoms(),
        together=st.booleans(),
    )
    def test_incremental_is_set(self, bought, shuffle, together):
        """In any order, with returns, one by one or all at once; and tallies are what the set query counts."""
        cafe = a_cafe(badges=BADGES)
        ada = member_of(cafe)
        places = list(enumerate(bought))
        shuffle.shuffle(places)

        for place, (day, told, fate) in places:
            taken(cafe, _told(place, day, told), at=NOW)
            if fate != "kept":
                taken(cafe, _back(place, fate), at=NOW)
            if not together:
                heard(cafe)
        heard(cafe)

        incremental = _held()
        live = book_of(cafe).of("badge")
        run(
            lambda: look(
                program=cafe, badges=live, member_ids=[ada.pk], wake=Wake(is_complete=True), at=NOW
            )
        )
        assert _held() == incremental
        _tallies_are_true(cafe, ada, live)
        assert not Deed.objects.filter(quantity__lt=0).exists()


def _tallies_are_true(cafe, ada, live):
    measures = {row.digest: row for row in Measure.objects.filter(program=cafe)}
    for each in live:
        for spec in each.specs:
            if spec.digest in measures:
                truth = values_of(spec=spec, zone=each.zone, who=[Who(member_id=ada.pk)])
                told = Tally.objects.filter(measure=measures[spec.digest], member=ada)
                kept = {row.period_key: row.value for row in told if row.value}
                assert kept == {key: value for (_member, key), value in truth.items()}
