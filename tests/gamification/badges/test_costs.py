"""As many statements for one member as for many (G-105)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gamification.badges.awards.hearing import hear as look
from gamification.badges.models import Award
from gamification.criteria.hearing import hear
from gamification.criteria.life.catalogue import book_of
from loyalty.foundation.units import run
from loyalty.outbox.facts import Told
from loyalty.outbox.models import AnnouncedFact
from tests.world.events import some_orders, taken
from tests.world.play import FIRST_CUP, at
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db

PRIZE = {"kind": "points", "currency": "stars", "points": 20}
BADGES = [
    FIRST_CUP | {"slug": f"badge-{number}", "tiers": [{"slug": "one", "target": 1, "prize": PRIZE}]}
    for number in range(5)
]


def statements(work):
    with CaptureQueriesContext(
        connection,
    ) as found:
        run(work)
    return [q["sql"] for q in found if "SAVEPOINT" not in q["sql"]]


def facts(cafe, name):
    """What waits, as receivers are handed it."""
    rows = AnnouncedFact.objects.filter(program_id=cafe.pk, name=name).order_by("pk")
    return [
        Told(
            id=r.pk,
            name=r.name,
            program_id=r.program_id,
            member_id=r.member_id,
            at=r.at,
            body=r.body,
        )
        for r in rows
    ]


def costs(members):
    """Statements of the intake and of badges for the first order of so many members."""
    cafe = a_program(f"cafe-{members}", enrol_on_event=True, parts={"badges": BADGES})
    told = some_orders(members, at=at("11-02 09:00"))
    assert all(each.refusal is None for each in taken(cafe, *told, at=at("11-02 10:00")))
    book_of(cafe)
    heard = facts(cafe, "event.recorded")
    deeds = statements(lambda: hear(heard))
    changed = facts(cafe, "deeds.changed")
    badges = statements(lambda: look(changed))
    assert Award.objects.filter(program=cafe).count() == 5 * members
    return len(deeds), len(badges)


def test_do_not_grow_with_the_members():
    """G-105, G-106: a full claim costs what one costs; measured after the catalogue was read.

    Deeds: nine, one for the measure, one that fills its tally the first time. Badges: seven to see who is there, one for
    the measure, three to award, four for prizes, three to post them.
    """
    assert costs(1) == costs(20) == (9 + 2, 7 + 1 + 3 + 4 + 3)
