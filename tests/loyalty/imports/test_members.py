"""Members from files (E-85, E-87)."""

from datetime import timedelta

import pytest

from loyalty.events.models import Event
from loyalty.imports.models import ImportRow
from loyalty.imports.refusals import ImportColumns
from loyalty.members.contacts import birthday_of, email_of
from loyalty.members.models import Consent, Member
from loyalty.outbox.models import AnnouncedFact
from tests.world.earning import NOON, a_cafe
from tests.world.events import an_event, taken
from tests.world.imports import (
    a_table,
    a_workbook,
    checked,
    counts_of,
    imported,
    received,
    rows_of,
    some_lines,
    undone,
)

pytestmark = pytest.mark.django_db

THREE = a_table(
    "external_id,email,first_name,birthday,joined_at,attribute.shoe,consent.newsletter",
    "ada,ada@example.org,Ada,12-10,2021-03-08,41,yes",
    "grace,grace@example.org,Grace,,,,no",
    "katherine,,,,,,",
)


@pytest.fixture
def cafe():
    return a_cafe()


def test_a_table_enrols_whoever_is_new(cafe):
    """E-85: the preview says what the run then does."""
    run = checked(cafe, "members", THREE)
    assert (run.state, counts_of(run.preview)) == ("ready", (3, 0, 0))
    assert not Member.objects.exists()

    run = imported(cafe, "members", THREE)

    ada = Member.objects.select_related("profile").get(external_id="ada")
    birthday = birthday_of(ada.profile)
    assert (run.state, counts_of(run.outcome)) == ("done", (3, 0, 0))
    assert birthday is not None
    assert (email_of(ada.profile), birthday.shown) == ("ada@example.org", "12-10")
    assert ada.joined_at.isoformat() == "2021-03-07T22:00:00+00:00"
    assert ada.profile.attributes == {"shoe": "41"}
    assert list(Consent.objects.order_by("id").values_list("purpose", "is_given")) == [
        ("newsletter", True),
        ("newsletter", False),
    ]


def test_the_same_in_a_workbook_and_in_lines(cafe):
    """E-85: CSV, XLSX and JSON lines say the same."""
    book = a_workbook(
        ["external_id", "phone", "joined_at"], [1001, 380441234567, NOON.replace(tzinfo=None)]
    )
    lines = some_lines({"external_id": "1001"}, {"external_id": "ada", "attributes": {"shoe": 41}})

    first, second = imported(cafe, "members", book), imported(cafe, "members", lines)

    assert rows_of(first) == [(2, "taken", "")]
    assert rows_of(second) == [(1, "already_there", ""), (2, "taken", "")]
    assert set(Member.objects.values_list("external_id", flat=True)) == {"1001", "ada"}


def test_each_row_ends_with_a_status_and_a_code(cafe):
    """E-87: known ones stay as they are, refused ones say why, and a row told twice counts once."""
    imported(cafe, "members", a_table("external_id,card", "ada,CARD-1"))

    run = imported(
        cafe,
        "members",
        a_table(
            "external_id,email,card,joined_at,birthday",
            "ada,new@example.org,,,",
            "grace,,CARD-1,,",
            "katherine,not an address,,,",
            "mary,,,2031-01-01,",
            "joan,,,,31-31",
            "annie,,CARD-2,,",
            "annie,,,,",
            "dorothy,,CARD 2,,",
        ),
    )

    assert rows_of(run) == [
        (2, "already_there", ""),
        (3, "refused", "card_taken"),
        (4, "refused", "malformed"),
        (5, "refused", "joined_in_future"),
        (6, "refused", "birthday_not_a_date"),
        (7, "taken", ""),
        (8, "already_there", ""),
        (9, "refused", "card_taken"),
    ]
    said = dict(ImportRow.objects.filter(of_import=run).values_list("number", "sentence"))
    assert said[4] == "email: Enter a valid email address."
    assert (
        said[6]
        == "birthday: A birthday is written MM-DD or YYYY-MM-DD and is a day of the calendar."
    )
    assert set(Member.objects.values_list("external_id", flat=True)) == {"ada", "annie"}
    assert email_of(Member.objects.get(external_id="ada").profile) is None


def test_numbers_equal_the_preview_over_chunks(cafe, monkeypatch):
    """U-35: a key told twice in two chunks is there already, before and after."""
    monkeypatch.setattr("loyalty.imports.keeping.reading.ROWS_AT_ONCE_MAX", 3)
    file = a_table("external_id", *[f"guest-{n % 5}" for n in range(11)])

    run = imported(cafe, "members", file)

    assert (run.parts, counts_of(run.preview)) == (4, (5, 6, 0))
    assert counts_of(run.outcome) == counts_of(run.preview)


@pytest.mark.parametrize(
    ("headers", "columns", "named"),
    [
        ("external_id,shoe_size", {}, "shoe_size"),
        ("email", {}, "external_id"),
        ("external_id,external_id", {}, "external_id"),
        ("external_id,mail", {"mail": "e-mail"}, "mail"),
        ("external_id", {"nowhere": None}, "nowhere"),
    ],
)
def test_a_column_that_nobody_knows_refuses_the_file(cafe, headers, columns, named):
    """E-85."""
    with pytest.raises(ImportColumns) as refusal:
        received(cafe, "members", a_table(headers, "ada,x"), columns=columns)

    assert named in [
        problem.pointer.removeprefix("/columns/") for problem in refusal.value.problems
    ]
    assert checked(
        cafe, "members", a_table("id,notes", "ada,x"), columns={"id": "external_id", "notes": None}
    ).columns == {"id": "external_id", "notes": None}


def test_nobody_who_is_imported_is_greeted(cafe):
    """Who joined years ago gets no present for joining today."""
    imported(cafe, "members", THREE)

    told = AnnouncedFact.objects.filter(name="member.enrolled").values_list("body__how", flat=True)
    assert list(told) == ["import"] * 3
    assert not Event.objects.exists()


def test_undoing_closes_who_was_left_alone(cafe):
    """E-89: the untouched are erased, whoever did something stays; then they can come again."""
    run = imported(cafe, "members", THREE)
    taken(cafe, an_event("visit.made", member="ext:grace"))

    run = undone(run, at=NOON + timedelta(days=29))

    assert run.undone | {"points": {}, "spent": {}} == {
        "undone": 2, "kept": 1, "points": {}, "spent": {},
    }  # fmt: skip
    assert rows_of(run) == [(2, "undone", ""), (3, "kept", "used_since"), (4, "undone", "")]
    assert list(Member.objects.exclude(external_id=None).values_list("external_id", flat=True)) == [
        "grace"
    ]
    assert counts_of(imported(cafe, "members", THREE).outcome) == (2, 1, 0)
