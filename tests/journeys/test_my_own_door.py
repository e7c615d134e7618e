"""A member's own door: with a token one sees one's own points and no others, and says what one agrees to."""

import pytest

from loyalty.members.models import Consent
from tests.world.access import a_customer
from tests.world.rewards import a_cafe, a_guest, a_reward, got

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return a_cafe(a_reward(), a_reward("feast", price=5000))


@pytest.fixture
def ada(cafe):
    ada = a_guest(cafe, 1000)
    got(ada)
    got(a_guest(cafe, 7000, name="grace"), "feast")
    return ada


def test_shows_ones_own_and_nobody_elses(cafe, ada):
    """S-13, S-2: profile, statement, coming ends, the catalogue as one finds it, what was taken."""
    me = a_customer(cafe, ada.pk)

    told = {
        name: me.get(f"/v1/me{name}").json()
        for name in ("", "/entries", "/expirations", "/rewards", "/redemptions")
    }

    assert told[""]["id"] == ada.shown_id
    assert told[""]["balances"]["stars"]["available"] == 900
    assert [each["points"] for each in told["/entries"]["data"]] == [-100, 1000]
    assert told["/expirations"]["data"] == []
    assert [each["affordable"] for each in told["/rewards"]["data"]] == [True, False]
    assert [each["reward"]["slug"] for each in told["/redemptions"]["data"]] == ["coffee"]
    assert (
        "vouchers" not in told["/redemptions"]["data"][0]
        or not told["/redemptions"]["data"][0]["vouchers"][0]["code"]
    )


def test_keeps_what_one_agrees_to(cafe, ada):
    """S-60: the member's own hand."""
    me = a_customer(cafe, ada.pk)

    answer = me.post("/v1/me/consents", {"consents": [{"purpose": "marketing", "given": True}]})

    assert answer.status_code == 201, answer.json()
    assert me.get("/v1/me/consents").json()["data"][0]["given"] is True
    row = Consent.objects.get()
    assert (row.member_id, row.actor_kind, row.actor_id) == (ada.pk, "member", ada.pk)


def test_opens_to_members_alone(cafe):
    """S-13: a token that no member bears any more opens nothing."""
    grace = a_guest(cafe, 0, name="eve")

    assert a_customer(cafe, grace.pk, epoch=7).get("/v1/me").status_code == 401
