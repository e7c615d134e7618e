"""The journal and its tallies can be made again from what was told (G-9)."""

import pytest

from gamification.criteria.models import Tally
from gamification.deeds.models import Correction, Deed
from loyalty.foundation.proofs.proving import Scope
from loyalty.foundation.proofs.rebuilding import rebuild
from tests.world.play import FIRST_CUP, a_cafe, bought, coffees, happened, returned

pytestmark = pytest.mark.django_db

DEED = [f.attname for f in Deed._meta.concrete_fields if f.attname not in {"id", "void_at"}]
CORRECTION = ["deed__source_id", "deed__line", "source_id", "quantity", "amount", "points"]


def a_history():
    cafe = a_cafe(badges=[FIRST_CUP])
    bought(cafe, "o-1", when="11-02 09:00", lines=coffees(4))
    bought(cafe, "o-2", when="11-03 09:00", lines=coffees(2))
    happened(cafe, "visit.made", when="11-03 10:00")
    returned(cafe, "o-1", when="11-04 09:00", lines=[{"sku": "COF-1", "quantity": 1}])
    returned(cafe, "o-1", when="11-05 09:00", lines=[{"sku": "COF-1", "quantity": 2}])
    returned(cafe, "o-2", when="11-06 09:00")
    return cafe


def rows():
    deeds = Deed.objects.order_by("source_id", "line").values_list(*DEED)
    corrections = Correction.objects.order_by("deed__source_id", "deed__line", "source_id")
    return [tuple(map(str, row)) for row in deeds], list(corrections.values_list(*CORRECTION))


def emptied():
    """The journal is lost, past every trigger."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM gamification_correction")
        cursor.execute("DELETE FROM gamification_deed")
        cursor.execute("SET LOCAL session_replication_role = origin")


def rebuilt(what, cafe, *, dry_run=False):
    return list(rebuild(what, scope=Scope(program_id=cafe.pk), dry_run=dry_run))


def test_a_lost_journal_comes_back_row_by_row():
    """G-9: ids aside; a second time nothing differs."""
    cafe = a_history()
    before = rows()
    emptied()

    told = rebuilt("deeds", cafe, dry_run=True)
    assert Deed.objects.count() == 0
    rebuilt("deeds", cafe)

    assert rows() == before
    assert told
    assert rebuilt("deeds", cafe) == []


def test_a_sum_that_does_not_fit_is_put_right():
    cafe = a_history()
    Deed.objects.filter(kind="order.paid", quantity=4).update(returned_quantity=0)

    (told,) = rebuilt("deeds", cafe)

    assert (told.found, told.rebuilt) == ("[0, 300, 0]", "[3, 300, 0]")


def test_tallies_are_counted_again():
    """G-17."""
    cafe = a_history()
    Tally.objects.update(value=7)

    (told,) = rebuilt("tallies", cafe)

    assert (told.found, told.rebuilt) == ("7", "1")
    assert Tally.objects.get().value == 1
