"""What-ifs, plans and faults: the database refuses by itself (E-80, U-33, E-22)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from loyalty.earning.faults.models import RuleFault
from loyalty.earning.launching.models import LaunchPlan
from loyalty.earning.replaying.asking import newest_draft
from loyalty.earning.replaying.models import WhatIf
from loyalty.foundation.ids import new_id
from tests.world.earning import NOON
from tests.world.programs import a_program
from tests.world.replaying import a_draft

pytestmark = pytest.mark.django_db(transaction=True)

WHAT_IFS = {
    "what_if_state_is_known": {"state": "lost"},
    "what_if_change_is_known": {"change": "twist"},
    "what_if_looks_back": {"since": NOON},
    "what_if_of_a_draft_has_a_revision": {"revision": None},
}
PLANS = {
    "launch_plan_state_is_known": {"state": "lost"},
    "launch_plan_is_dropped_with_a_note": {"state": "dropped"},
}


def a_what_if(rule, **changed):
    told = {
        "program": rule.program,
        "rule": rule,
        "revision": newest_draft(rule),
        "change": "draft",
        "definition": {},
        "digest": "",
        "since": NOON - timedelta(days=1),
        "until": NOON,
        "author": "tests",
        "asked_at": NOON,
    }
    return WhatIf.objects.create(**told | changed)


def a_plan(rule, **changed):
    told = {
        "program": rule.program,
        "revision": newest_draft(rule),
        "digest": "",
        "due_at": NOON,
        "author": "tests",
        "asked_at": NOON,
    }
    return LaunchPlan.objects.create(**told | changed)


def a_fault(rule):
    return RuleFault.objects.create(
        program=rule.program, rule=rule, version=1, day=NOON.date(), last_event_id=new_id()
    )


def refused(name, make):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make()


@pytest.mark.parametrize(("name", "changed"), WHAT_IFS.items(), ids=WHAT_IFS)
def test_a_what_if_is_refused(name, changed):
    rule = a_draft(a_program())

    refused(name, lambda: a_what_if(rule, **changed))

    assert WhatIf.objects.count() == 0


@pytest.mark.parametrize(("name", "changed"), PLANS.items(), ids=PLANS)
def test_a_plan_is_refused(name, changed):
    rule = a_draft(a_program())

    refused(name, lambda: a_plan(rule, **changed))

    assert LaunchPlan.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("what_if_runs_once_per_rule", a_what_if),
        ("launch_is_planned_once", a_plan),
        ("fault_counts_once_a_day", a_fault),
    ],
    ids=["what-if", "plan", "fault"],
)
def test_a_second_one_is_refused(name, make):
    rule = a_draft(a_program())
    first = make(rule)

    refused(name, lambda: make(rule))

    assert type(first).objects.get() == first
