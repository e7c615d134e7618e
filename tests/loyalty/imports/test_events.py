"""Events from files: history and earning, preview, undo (E-88, E-89)."""

from datetime import UTC, datetime, timedelta

import pytest

from loyalty.events.models import Event, Order
from loyalty.outbox.models import AnnouncedFact
from tests.world.earning import NOON, a_rule
from tests.world.events import an_event, an_order, taken
from tests.world.imports import a_table, counts_of, imported, rows_of, some_lines, undone
from tests.world.ledger import entries_of, moving, parts_of, posted
from tests.world.members import a_member
from tests.world.programs import a_program
from tests.world.tiers import a_ladder, tier_of

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 14, 10, tzinfo=UTC)


@pytest.fixture
def cafe():
    """A point per euro; silver from 50.00 a year."""
    return a_program(
        parts={
            "rules": [a_rule()],
            "tiers": a_ladder(
                metric="spend",
                tiers=[
                    {"slug": "bronze", "name": {"en": "Bronze"}, "reach": 0},
                    {"slug": "silver", "name": {"en": "Silver"}, "reach": 5000},
                ],
            ),
        }
    )


@pytest.fixture
def ada(cafe):
    return a_member(cafe, "ada")


def test_history_brings_no_points_and_counts_for_tiers(cafe, ada):
    """E-88: a past order counts for reports, for order numbers, and for tiers by spend as of its day."""
    run = imported(cafe, "events", some_lines(an_order(total=5990, at=MAY)))

    event = Event.objects.get()
    assert run.preview == run.outcome == {
        "new": 1, "already_there": 0, "refused": 0, "points": {},
    }  # fmt: skip
    assert (parts_of(ada), entries_of(ada)) == ((0, 0, 0, 0), [])
    assert '"why_nothing":"history"' in event.answer
    assert (tier_of(ada, at=NOON), tier_of(ada, at=MAY + timedelta(days=1))) == ("silver", "silver")
    assert tier_of(ada, at=MAY - timedelta(days=1)) == "bronze"
    assert Order.objects.get().number == 1
    fact = AnnouncedFact.objects.get(name="event.recorded")
    assert fact.body["imported"] is True


def test_marked_as_earning_it_brings_the_points_of_its_day(cafe, ada):
    """E-88: the upload marks all rows, or a row marks itself; the preview says points, months and then the same."""
    orders = [an_order(f"order-{n}", total=1000 * n, at=MAY) for n in (1, 2, 3)]

    run = imported(cafe, "events", some_lines(*orders), as_="earn")
    other = imported(
        cafe, "events", some_lines(an_order("order-4", total=400, at=MAY) | {"as": "earn"})
    )

    assert run.preview == run.outcome == {
        "new": 3, "already_there": 0, "refused": 0, "points": {"stars": {"2027-05": 60}},
    }  # fmt: skip
    assert other.outcome["points"] == {"stars": {"2027-05": 4}}
    assert parts_of(ada) == (64, 0, 0, 0)


def test_points_of_an_import_count_for_tiers_since_their_day():
    """T-6, T-12 (ADR 0061): not since the day on which the file came."""
    cafe = a_program(parts={"rules": [a_rule(counts_for_tier=True)], "tiers": a_ladder()})
    ada = a_member(cafe, "ada")

    imported(cafe, "events", some_lines(an_order(total=60000, at=MAY)), as_="earn")

    assert (tier_of(ada, at=NOON), tier_of(ada, at=MAY + timedelta(hours=1))) == (
        "silver",
        "silver",
    )
    assert tier_of(ada, at=MAY - timedelta(hours=1)) == "bronze"


def test_a_table_tells_orders(cafe, ada):
    """E-85: the columns of a table become an event; its source says who told it, and replays are met."""
    file = a_table(
        "external_id;occurred_at;order_id;currency;total;shipping",
        "ada;2026-05-14;1001;EUR;4590;590",
        "ada;2026-05-15T11:00;1002;EUR;1000;",
        "ada;2026-05-16T11:00:00+02:00;1003;USD;1000;",
        "nobody;2026-05-14;1004;EUR;1000;",
        "ada;soon;1005;EUR;1000;",
        "ada;2026-05-14;1006;EUR;10.00;",
        "ada;2026-05-14;1007;EUR;1000;2000",
        "ada;2027-05-14;1008;EUR;1000;",
    )
    taken(
        cafe,
        an_order(
            "1002", source_id="1002", source="shop", total=1000,
            at=datetime(2026, 5, 15, 8, tzinfo=UTC),
        ),
        at=datetime(2026, 5, 15, 8, tzinfo=UTC),
    )  # fmt: skip

    run = imported(cafe, "events", file, source="shop")

    assert rows_of(run) == [
        (2, "taken", ""),
        (3, "already_there", ""),
        (4, "refused", "currency_not_accepted"),
        (5, "refused", "member_unknown"),
        (6, "refused", "malformed"),
        (7, "refused", "malformed"),
        (8, "refused", "order_does_not_add_up"),
        (9, "refused", "event_in_future"),
    ]
    assert counts_of(run.preview) == counts_of(run.outcome) == (1, 1, 6)
    told = Event.objects.get(source_id="1001")
    assert (told.source, told.occurred_at) == ("shop", datetime(2026, 5, 13, 21, tzinfo=UTC))


def test_reserved_sources_are_refused(cafe, ada):
    """E-7: `wafa` and `import:…` are ours, in files too; a table that names no source gets ours."""
    file = some_lines(
        an_order("a", source="wafa", at=MAY),
        an_order("b", source="import:mine", at=MAY),
        an_event("member.enrolled", at=MAY),
        7,
        an_order("c", at=MAY) | {"as": "gift"},
    )

    run = imported(cafe, "events", file)
    table = imported(
        cafe,
        "events",
        a_table("external_id,occurred_at,order_id,currency,total", "ada,2026-05-14,1,EUR,100"),
    )

    assert [code for _number, _status, code in rows_of(run)] == [
        "source_reserved", "source_reserved", "event_type_unknown", "malformed", "malformed",
    ]  # fmt: skip
    assert rows_of(table) == [(2, "taken", "")]
    assert Event.objects.get().source == "import:file"


def test_undoing_settles_orders_to_zero(cafe, ada):
    """E-89: earnings are claimed, tiers fall, the keys stay used; a review's points go too."""
    run = imported(
        cafe,
        "events",
        some_lines(
            an_order("order-1", total=5990, at=MAY),
            an_order("order-2", total=1000, at=MAY) | {"as": "history"},
            an_event("visit.made", source_id="visit-1", at=MAY),
        ),
        as_="earn",
    )
    posted(moving(-20, of=ada, occurred_at=NOON), at=NOON)
    assert (parts_of(ada), tier_of(ada, at=NOON)) == ((39, 0, 0, 0), "silver")

    run = undone(run, at=NOON + timedelta(minutes=5))

    assert run.undone == {
        "undone": 3, "kept": 0, "points": {"stars": 59}, "spent": {},
    }  # fmt: skip
    assert parts_of(ada) == (0, 0, 0, 20)  # what was spent is owed, as after any return
    assert tier_of(ada, at=NOON + timedelta(minutes=6)) == "bronze"
    assert set(Event.objects.values_list("status", flat=True)) == {"void"}
    again = imported(cafe, "events", some_lines(an_order("order-1", total=5990, at=MAY)))
    assert rows_of(again) == [(1, "already_there", "")]
