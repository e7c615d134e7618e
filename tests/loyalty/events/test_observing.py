"""Observing: joining, birthdays and anniversaries are told by ourselves, once, while a rule listens (E-7)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from loyalty.events.models import Event
from loyalty.events.observing import tell_anniversaries, tell_birthdays, tell_joining
from loyalty.foundation.units import run
from loyalty.members.changing import Change, change
from loyalty.members.contacts import Birthday
from loyalty.members.facts import MemberEnrolled
from loyalty.members.leaving import erase_person
from tests.world.earning import a_cafe, a_rule
from tests.world.events import an_event, taken
from tests.world.ledger import movements_of
from tests.world.members import ENROLLER, JOINED_AT, a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)

TEN = {"kind": "fixed", "points": 10}
DAY = date(2027, 2, 28)
AT = datetime(2027, 2, 27, 22, tzinfo=UTC)  # 00:00 in Kyiv
NOW = datetime.now(UTC)
LEAP = Birthday(month=2, day=29)


def a_cafe_that_listens(kind):
    return a_cafe(a_rule("own", triggers=[kind], effect=TEN))


def joined(member):
    return MemberEnrolled(
        program_id=member.program_id, member_id=member.pk, at=JOINED_AT, how="test"
    )


def told(kind):
    return list(Event.objects.filter(type=kind).values_list("member__external_id", flat=True))


def test_joining_is_told_once():
    """E-27, E-7: points for joining, however often the fact is delivered."""
    ada = a_member(a_cafe_that_listens("member.enrolled"))

    for _time in range(2):
        run(lambda: tell_joining([joined(ada)]))

    assert (told("member.enrolled"), movements_of(ada)) == (["ada"], [10])


@pytest.mark.parametrize(
    ("days", "contact", "points"),
    [
        (364, {"email": "ada@example.org"}, []),
        (364, {"phone": "+380441234567"}, []),
        (365, {"email": "ada@example.org"}, [10]),
        (364, {"email": "grace@example.org"}, [10]),
        (364, {}, [10]),
    ],
)
def test_joining_is_not_rewarded_twice_in_a_year(days, contact, points):
    """S-58: whoever was erased joins afresh, and is greeted again after twelve months."""
    cafe = a_cafe_that_listens("member.enrolled")
    ada = a_member(cafe, email="ada@example.org", phone="+380441234567")
    run(lambda: erase_person(member=ada, at=NOW - timedelta(days=days)))
    again = a_member(cafe, "again", **contact)

    run(lambda: tell_joining([joined(again)]))

    assert movements_of(again) == points


def test_joining_elsewhere_is_rewarded_all_the_same():
    """S-2, S-58: what one programme remembers is nobody else's business."""
    ada = a_member(a_program("other"), email="ada@example.org")
    run(lambda: erase_person(member=ada, at=NOW))
    again = a_member(a_cafe_that_listens("member.enrolled"), email="ada@example.org")

    run(lambda: tell_joining([joined(again)]))

    assert movements_of(again) == [10]


def test_nothing_is_told_while_nobody_listens():
    ada = a_member(a_cafe(), birthday=LEAP)

    run(lambda: tell_joining([joined(ada)]))
    run(lambda: tell_birthdays(program=ada.program, day=DAY, cursor=None, at=AT))
    run(lambda: tell_anniversaries(program=ada.program, day=DAY, cursor=None, at=AT))

    assert not Event.objects.exists()


def test_birthdays_begin_with_the_local_day():
    """E-7: 29 February is kept on the 28th in common years, at 00:00 of the programme's day."""
    cafe = a_cafe_that_listens("member.birthday")
    ada = a_member(cafe, "ada", birthday=LEAP)
    grace = a_member(cafe, "grace", birthday=Birthday(month=2, day=28, year=1906))
    a_member(cafe, "joan", birthday=Birthday(month=3, day=1))

    for _time in range(2):
        run(lambda: tell_birthdays(program=cafe, day=DAY, cursor=None, at=AT))

    assert sorted(told("member.birthday")) == ["ada", "grace"]
    assert (movements_of(ada), movements_of(grace)) == ([10], [10])
    assert Event.objects.first().occurred_at == AT


def test_a_birthday_changed_within_a_week_waits():
    """E-7: it waits for next year."""
    cafe = a_cafe_that_listens("member.birthday")
    ada = a_member(cafe, "ada")
    change(
        member=ada,
        told=Change(profile={"birthday": LEAP}),
        actor=ENROLLER,
        at=AT - timedelta(days=6),
    )

    run(lambda: tell_birthdays(program=cafe, day=DAY, cursor=None, at=AT))

    assert told("member.birthday") == []


def test_a_moved_birthday_is_no_second_present():
    """E-7: at most one in 300 days, whoever tells it."""
    cafe = a_cafe_that_listens("member.birthday")
    ada = a_member(cafe, "ada")

    outcomes = [
        taken(cafe, an_event("member.birthday", source_id=f"b-{n}", at=at), at=at)[0]
        for n, at in enumerate((AT, AT + timedelta(days=200), AT + timedelta(days=310)))
    ]

    whys = [each.answer["results"].get("why_nothing") for each in outcomes]
    assert whys == [None, "birthday_kept", None]
    assert movements_of(ada) == [10, 10]


def test_anniversaries_count_from_joining():
    cafe = a_cafe_that_listens("member.anniversary")
    a_member(cafe, "ada")  # joined on 15 January 2026
    at = datetime(2027, 1, 14, 22, tzinfo=UTC)

    run(lambda: tell_anniversaries(program=cafe, day=date(2027, 1, 15), cursor=None, at=at))
    run(lambda: tell_anniversaries(program=cafe, day=date(2026, 1, 15), cursor=None, at=at))

    assert told("member.anniversary") == ["ada"]


def test_many_birthdays_are_told_in_chunks(monkeypatch):
    """V-22: a chunk a unit, resumed at the cursor."""
    monkeypatch.setattr("loyalty.events.observing.MEMBERS_AT_ONCE_MAX", 2)
    cafe = a_cafe_that_listens("member.birthday")
    for name in ("a", "b", "c", "d", "e"):
        a_member(cafe, name, birthday=LEAP)

    cursor, chunks = None, 0
    while cursor or not chunks:
        cursor = run(lambda c=cursor: tell_birthdays(program=cafe, day=DAY, cursor=c, at=AT))
        chunks += 1

    assert (chunks, sorted(told("member.birthday"))) == (3, ["a", "b", "c", "d", "e"])


def test_birthdays_are_told_for_the_gift_of_a_tier_without_any_rule():
    """E-7, T-30: a tier's gift listens too."""
    benefits = {"birthday_gift": {"points": 25}}
    tier = {"slug": "green", "name": {"en": "Green"}, "reach": 0, "benefits": benefits}
    cafe = a_program(parts={"tiers": {"currency": "stars", "tiers": [tier]}})
    a_member(cafe, birthday=LEAP)

    run(lambda: tell_birthdays(program=cafe, day=DAY, cursor=None, at=AT))

    assert told("member.birthday") == ["ada"]
