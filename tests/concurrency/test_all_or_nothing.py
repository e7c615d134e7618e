"""A unit of work that is struck down anywhere has not happened; told again, it happens once."""

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from tests.world.events import an_order, taken
from tests.world.ledger import a_hold, a_member, captured, movements_of, moving, posted
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)
RULE = {
    "slug": "order",
    "name": {"en": "Purchases"},
    "triggers": ["order.paid"],
    "currency": "stars",
    "effect": {"kind": "per_amount", "points": 1, "per": 100},
    "counts_for_tier": True,
}
LADDER = {
    "metric": "points",
    "currency": "stars",
    "tiers": [
        {"slug": "green", "name": {"en": "Green"}, "reach": 0, "benefits": {}},
        {"slug": "gold", "name": {"en": "Gold"}, "reach": 30, "benefits": {}},
    ],
}


class Struck(Exception):
    """The process is hit."""


def kept():
    """How many rows each table has, and what the accounts hold."""
    counted = {
        m._meta.label: m._base_manager.count() for m in apps.get_app_config("loyalty").get_models()
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, available, pending, held, negative, last_number FROM loyalty_account ORDER BY id"
        )
        return counted, cursor.fetchall()


def proved():
    """Whether `verify` finds nothing wrong."""
    with pytest.raises(SystemExit) as ended:
        call_command("verify")
    return ended.value.code == 0


def strike(monkeypatch, unit, *, number, before):
    """Run the unit, hit before or after its so-manieth statement; whether it got that far."""
    seen = []
    execute = psycopg.Cursor.execute

    def hit(self, *told, **named):
        seen.append(1)
        if before and len(seen) == number:
            raise Struck
        answer = execute(self, *told, **named)
        if not before and len(seen) == number:
            raise Struck
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", hit)
        try:
            unit()
        except Struck:
            return True
    return False


def struck_everywhere(monkeypatch, unit, *, before):
    """Hit the unit at its first statement, its second, … until it gets through; answers how often it was hit."""
    start, number = kept(), 1
    while strike(monkeypatch, unit, number=number, before=before):
        assert kept() == start, f"statement {number}"
        number += 1
    return number - 1


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_an_order_struck_anywhere_leaves_nothing_and_counts_once(monkeypatch, before):
    """V-57, I5: before and after every statement that takes an order in."""
    cafe = a_program(parts={"rules": [RULE], "tiers": LADDER})
    ada = a_member(cafe)

    order = an_order(member=ada.shown_id, total=5990)

    hits = struck_everywhere(monkeypatch, lambda: taken(cafe, order), before=before)

    assert hits > 20
    assert movements_of(ada) == [59]
    assert proved()


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_capture_struck_anywhere_leaves_the_hold_as_it_was(monkeypatch, before):
    """V-57: of a hold, captured for an order."""
    cafe = a_program()
    ada = a_member(cafe)
    posted(moving(100, of=ada))
    row = a_hold(ada, 60)

    hits = struck_everywhere(monkeypatch, lambda: captured(row), before=before)

    assert hits > 3
    assert movements_of(ada) == [100, -60]
    assert proved()
