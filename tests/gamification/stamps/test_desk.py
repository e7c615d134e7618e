"""Cards at the desk: stamped, undone, forgiven, and codes that are printed (G-68 to G-72)."""

import re

import pytest

from gamification.stamps.models import Stamp, StampToken
from tests.world.access import a_shop, a_staff
from tests.world.clocked import it_is
from tests.world.pages import said, told_on
from tests.world.stamps import a_card, rows_of, stamped

pytestmark = pytest.mark.django_db

PLAY = "/admin/gamification/"
STAMPS, TOKENS = f"{PLAY}stamp/", f"{PLAY}stamptoken/"
WHY = "A promise of the shop."


class TestStamps:
    @pytest.fixture
    def card(self):
        cafe, card = a_card(limits={"per_visit": 3})
        it_is(cafe, "11-07 13:00")
        return cafe, card

    BODY = {"member": "ada", "definition": "drinks", "quantity": 2, "key": "one", "place": "Till 1"}

    def test_are_given_at_the_till_once_for_a_double_click(self, card):
        """G-71, V-4."""
        cafe, drinks = card
        till = a_staff(cafe, "till")

        answers = [till.post(f"{STAMPS}add/", self.BODY) for _click in range(2)]
        refused = till.post(f"{STAMPS}add/", self.BODY | {"key": "two", "quantity": 4})

        assert [answer.status_code for answer in answers] == [302, 302]
        assert "At most 3 stamps are given at a time." in said(refused)
        assert rows_of(drinks) == [("given", 2, 2)]

    def test_are_undone_with_a_reason_and_by_whom_it_may(self, card):
        """G-72: one's own within a quarter of an hour, any for whoever manages; a till sees its own."""
        cafe, drinks = card
        till, other = a_staff(cafe, "till"), a_staff(cafe, "till")
        till.post(f"{STAMPS}add/", self.BODY)
        row = Stamp.objects.get()
        chosen = {"action": "undo_stamps", "_selected_action": [str(row.pk)], "reason": "Twice."}

        other.post(STAMPS, chosen)
        without = told_on(till, till.post(STAMPS, chosen | {"reason": ""}))
        it_is(cafe, "11-07 13:16")
        late = told_on(till, till.post(STAMPS, chosen))
        nothing = rows_of(drinks)
        a_staff(cafe, "manager").post(STAMPS, chosen)

        assert "Say why." in without
        assert "only a manager" in late
        assert nothing == [("given", 2, 2)]
        assert rows_of(drinks) == [("given", 2, 2), ("undone", -2, 0)]

    def test_are_forgiven_by_who_manages(self, card):
        """G-68."""
        cafe, drinks = card
        body = {"member": "ada", "definition": "drinks", "quantity": 1, "key": "k", "reason": WHY}

        closed = a_staff(cafe, "till").post(f"{STAMPS}waiver/", body)
        without = a_staff(cafe, "manager").post(f"{STAMPS}waiver/", body | {"reason": " "})
        nothing = rows_of(drinks)
        a_staff(cafe, "manager").post(f"{STAMPS}waiver/", body)

        assert (closed.status_code, without.status_code, nothing) == (403, 200, [])
        assert rows_of(drinks) == [("waived", 1, 1)]

    def test_are_forgiven_over_the_wire(self, card):
        """G-68: with `stamps:manage`; a reason is needed."""
        cafe, drinks = card
        shop, door = a_shop(cafe, "stamps:manage"), "/v1/stamp-cards/drinks/waivers"
        body = {"member": "ext:ada", "quantity": 2, "reason": WHY}

        refused = shop.post(door, body | {"reason": " "}, key="one")
        nothing = rows_of(drinks)
        answer = shop.post(door, body, key="two")

        assert (refused.status_code, refused.json()["code"]) == (422, "stamp_reason_required")
        assert (nothing, answer.status_code) == ([], 201)
        assert rows_of(drinks) == [("waived", 2, 2)]

    def test_come_from_codes_that_are_printed(self, card):
        """G-70: shown once, kept as digests, each good once."""
        cafe, _drinks = card
        body = {"definition": "drinks", "quantity": 1, "count": 3, "lasts": "P30D", "key": "k"}

        refused = a_staff(cafe, "till").post(f"{TOKENS}add/", body | {"quantity": 4})
        nothing = StampToken.objects.count()
        sheet = a_staff(cafe, "till").post(f"{TOKENS}add/", body)
        codes = re.findall(r'<code dir="ltr">([^<]+)</code>', sheet.content.decode())
        told = [
            a_shop(cafe).post("/v1/stamp-cards/drinks/stamps", {"member": "ext:ada", "token": code}, key=key)
            for key, code in (("1", codes[0]), ("2", codes[0].upper()), ("3", codes[1]))
        ]  # fmt: skip

        assert ("At most 3 stamps" in said(refused), nothing) == (True, 0)
        assert (len(set(codes)), "no-store" in sheet["Cache-Control"]) == (3, True)
        assert [answer.status_code for answer in told] == [201, 422, 201]
        listed = said(a_staff(cafe, "support").get(TOKENS))
        assert codes[2] not in listed
        assert "Used" in listed

    def test_are_shown_to_whoever_gave_them(self, card):
        """S-21: a till sees its own rows, support sees all and gives nothing."""
        cafe, drinks = card
        stamped(cafe, drinks, when="11-07 13:00")

        assert "ada" not in said(a_staff(cafe, "till").get(STAMPS))
        support = a_staff(cafe, "support")
        assert "ada" in said(support.get(STAMPS))
        assert support.get(f"{STAMPS}add/").status_code == 403
