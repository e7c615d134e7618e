"""A condition that could not be worked out stops nothing, and staff are told (E-22)."""

import pytest

from loyalty.earning.faults.models import RuleFault
from loyalty.outbox.delivering import deliver_until_idle
from loyalty.outbox.models import AnnouncedFact
from tests.world.access import a_staff
from tests.world.earning import a_cafe, a_rule
from tests.world.events import an_event, taken

pytestmark = pytest.mark.django_db(transaction=True)

FAILING = a_rule(
    "cup",
    triggers=["review.written"],
    effect={"kind": "fixed", "points": 5},
    conditions={"all": [{"review": "verified"}]},
    expression="event.data.sku > 3",
)


def reviews(*names):
    return [
        an_event("review.written", source_id=name, data={"sku": "ESP-1", "verified": True})
        for name in names
    ]


def test_is_told_once_per_unit_counted_by_day_and_listed():
    cafe = a_cafe(FAILING, enrol_on_event=True)

    first = taken(cafe, *reviews("r1", "r2"))
    taken(cafe, *reviews("r3"))
    deliver_until_idle()

    assert [each.answer["results"]["why_nothing"] for each in first] == ["condition_failed"] * 2
    facts = AnnouncedFact.objects.filter(name="rule.failed").order_by("id")
    assert [(fact.body["events"], fact.body["condition"]) for fact in facts] == [(2, 2), (1, 2)]
    fault = RuleFault.objects.get()
    assert (fault.version, fault.events, fault.day.isoformat()) == (1, 3, "2026-11-20")
    page = a_staff(cafe, "manager").get("/admin/loyalty/rulefault/").content.decode()
    assert f"/admin/loyalty/event/{fault.last_event_id}/change/" in page


def test_a_field_that_is_missing_is_no_fault():
    cafe = a_cafe(FAILING | {"expression": "event.data.rating >= 4"}, enrol_on_event=True)

    taken(cafe, *reviews("r1"))

    assert AnnouncedFact.objects.filter(name="rule.failed").count() == 0
    assert RuleFault.objects.count() == 0
