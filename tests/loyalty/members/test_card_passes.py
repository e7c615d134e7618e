"""The code on a member's screen: it names them for a minute, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty.members.cards.passing import CardUnknown, identify, make_pass
from loyalty.members.changing import sign_out_everywhere
from tests.world.access import a_shop
from tests.world.members import a_member
from tests.world.programs import a_program

NOW = timezone.now()
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return a_program()


@pytest.fixture
def ada(cafe):
    return a_member(cafe, "ada", card="CAFE 0001")


def test_names_its_member_for_a_minute(cafe, ada):
    """U-55: at its end it names nobody."""
    shown = make_pass(member=ada, at=NOW)

    assert (shown.ends_at - NOW) <= timedelta(seconds=60)
    assert identify(program=cafe, told=shown.text.lower(), at=NOW) == ada
    assert _refused(cafe, shown.text, at=shown.ends_at)


def test_every_other_text_names_nobody(cafe, ada):
    """U-55, S-2: forged in any letter, cut, foreign, or from before signing out everywhere."""
    text = make_pass(member=ada, at=NOW).text
    other = a_program("other")
    forged = [
        text[:at] + ("B" if text[at] == "A" else "A") + text[at + 1 :] for at in (6, 33, 45, 60)
    ]

    assert all(_refused(cafe, each) for each in [*forged, text[:-3], "WAFA1-", "WAFA1-é", ""])
    assert _refused(other, text)
    sign_out_everywhere(member=ada)
    assert _refused(cafe, text)


def test_a_printed_number_only_identifies(cafe, ada):
    """U-55: without an end, as it is written on the card."""
    assert identify(program=cafe, told="cafe-0001", at=NOW) == ada
    assert _refused(cafe, "CAFE 0002")


def test_the_till_asks_by_the_door(cafe, ada):
    """U-55: `POST /v1/cards/identify`; a wrong code has one answer."""
    shop = a_shop(cafe)

    answer = shop.post(
        "/v1/cards/identify", {"code": make_pass(member=ada, at=timezone.now()).text}
    )
    unknown = shop.post("/v1/cards/identify", {"code": "WAFA1-AAAA"})

    assert (answer.status_code, answer.json()["id"]) == (200, ada.shown_id)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "card_unknown")


def _refused(program, text, *, at=NOW):
    with pytest.raises(CardUnknown):
        identify(program=program, told=text, at=at)
    return True
