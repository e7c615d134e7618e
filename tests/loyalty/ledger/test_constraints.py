"""The database refuses alone: each constraint and trigger of the ledger, broken by raw SQL (V-63)."""

import pytest
from django.db import DatabaseError, connection, transaction

from loyalty.foundation.ids import new_id
from loyalty.ledger.models import Draw, Entry, Lot
from tests.world.ledger import (
    a_hold,
    a_member,
    account_of,
    captured,
    claimed,
    entries_of,
    moving,
    posted,
)
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe():
    return a_program()


@pytest.fixture
def ada(cafe):
    """Ada with 100 points, 10 of them captured, 20 held, and 5 claimed back."""
    ada = a_member(cafe, "ada")
    [earned] = posted(moving(100, of=ada))
    captured(a_hold(ada, 10))
    a_hold(ada, 20)
    claimed(5, earned)
    return ada


def refused(sql, *values):
    """The name of the constraint that refused this statement; nothing of it stays."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:  # noqa: PT012
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # foreign keys, which wait for the commit
        cursor.execute(sql, values)
    return error.value.__cause__.diag.constraint_name


def copied(table, row_id, **changed):
    """An INSERT of this row once more, under a fresh id, with these columns changed."""
    changed = {"id": new_id()} | changed
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        names = [column.name for column in cursor.description]
    told = ", ".join("%s" if name in changed else name for name in names)
    values = [changed[name] for name in names if name in changed]
    return f"INSERT INTO {table} SELECT {told} FROM {table} WHERE id = %s", *values, row_id


class TestAccount:
    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ("available = -1", "account_available_in_range"),
            ("pending = -1", "account_pending_in_range"),
            ("held = -1", "account_held_in_range"),
            ("negative = -1", "account_negative_in_range"),
            ("available = 1000000000000001", "account_available_in_range"),
            ("negative = 1", "account_pays_debts_first"),
            ("last_number = -1", "account_numbers_count_up"),
            ("voucher_id = gen_random_uuid()", "account_has_one_owner"),
            ("member_id = NULL", "account_has_one_owner"),
        ],
    )
    def test_keeps_its_parts_in_order(self, ada, change, constraint):
        """L-1, L-6"""
        sql = f"UPDATE loyalty_account SET {change} WHERE id = %s"

        assert refused(sql, account_of(ada).pk) == constraint

    def test_is_one_per_member_and_currency(self, ada):
        told = copied("loyalty_account", account_of(ada).pk)

        assert refused(*told) == "account_is_one_per_member_and_currency"

    def test_is_one_per_gift_card(self, cafe):
        card = new_id()
        sql = """
            INSERT INTO loyalty_account (id, program_id, voucher_id, money, available, pending, held, negative,
                                         last_number, opened_at)
            SELECT gen_random_uuid(), %s, %s, 'EUR', 0, 0, 0, 0, 0, now() FROM generate_series(1, %s)
        """
        with connection.cursor() as cursor:
            cursor.execute(sql, [cafe.pk, card, 1])

        assert refused(sql, cafe.pk, card, 1) == "account_is_one_per_gift_card"

    def test_is_not_deleted_while_entries_refer_to_it(self, ada):
        name = refused("DELETE FROM loyalty_account WHERE id = %s", account_of(ada).pk)

        assert "fk_loyalty_account" in name


class TestEntry:
    @pytest.mark.parametrize(
        ("changed", "constraint"),
        [
            ({"source_key": "other"}, "entry_numbers_count_up"),
            ({"number": 99}, "entry_source_counts_once"),
            ({"number": 99, "source_key": "k", "points": -5}, "entry_kind_has_one_sign"),
            ({"number": 99, "source_key": "k", "points": 0}, "entry_kind_has_one_sign"),
            ({"number": 99, "source_key": "k", "kind": "gift"}, "entry_kind_has_one_sign"),
            ({"number": 99, "source_key": "k", "points": 10**12 + 1}, "entry_points_in_range"),
            ({"number": 0, "source_key": "k"}, "entry_number_starts_at_one"),
            ({"number": 99, "source_key": "k", "actor_kind": "cat"}, "entry_has_an_actor"),
            (
                {"number": 99, "source_key": "k", "actor_kind": "staff"},
                "entry_of_staff_has_a_reason",
            ),
        ],
    )
    def test_is_one_movement_with_a_source_and_an_actor(self, ada, changed, constraint):
        """L-3 to L-7"""
        first = entries_of(ada)[0]

        assert refused(*copied("loyalty_entry", first.pk, **changed)) == constraint

    def test_captures_a_hold_once(self, ada):
        """L-30"""
        spent = Entry.objects.get(hold__isnull=False)
        told = copied("loyalty_entry", spent.pk, number=99, source_key="k")

        assert refused(*told) == "entry_captures_a_hold_once"

    def test_lets_a_lot_expire_once(self, ada):
        """L-4, L-22: the key of an expiry is its lot."""
        posted(moving(-5, of=ada, kind="expire", key="lot_1/expire"))
        again = copied("loyalty_entry", entries_of(ada)[-1].pk, number=99)

        assert refused(*again) == "entry_source_counts_once"


@pytest.mark.parametrize(
    ("table", "trigger"),
    [
        ("loyalty_entry", "entry_is_never_changed"),
        ("loyalty_draw", "draw_is_never_changed"),
        ("loyalty_claim", "claim_is_never_changed"),
        ("loyalty_seal", "seal_is_never_changed"),
        ("loyalty_lotchange", "lot_change_is_never_changed"),
    ],
)
@pytest.mark.parametrize("deed", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_rows_that_tell_what_happened_are_only_ever_added(ada, table, trigger, deed):
    """L-2"""
    assert refused(deed.format(table)) == trigger


class TestLot:
    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ("free = -1", "lot_free_not_below_zero"),
            ("held = -1", "lot_held_not_below_zero"),
            ("free = size, held = 1", "lot_gives_no_more_than_it_has"),
            ("size = 0", "lot_has_a_size"),
            ("opened_at = NULL", "lot_opens_before_it_is_held"),
        ],
    )
    def test_gives_no_more_than_it_has(self, ada, change, constraint):
        """I7"""
        sql = f"UPDATE loyalty_lot SET {change} WHERE id = %s"
        names = {constraint, "lot_gives_no_more_than_it_has"}

        assert refused(sql, Lot.objects.get().pk) in names


class TestDraw:
    def test_moves_points(self, ada):
        draw = Draw.objects.filter(entry__isnull=False).first()

        assert refused(*copied("loyalty_draw", draw.pk, points=0)) == "draw_moves_points"

    def test_is_for_an_entry_or_a_hold(self, ada):
        draw = Draw.objects.filter(entry__isnull=False).first()

        assert refused(*copied("loyalty_draw", draw.pk, entry_id=None)) == (
            "draw_is_for_an_entry_or_a_hold"
        )

    @pytest.mark.parametrize("points", [66, -36])
    def test_stays_within_its_lot(self, ada, points):
        """L-41, I7: 35 of 100 are drawn."""
        draw = Draw.objects.filter(entry__isnull=False).first()

        assert refused(*copied("loyalty_draw", draw.pk, points=points)) == (
            "draws_stay_within_their_lot"
        )
