"""Tokens, undoing and the end of stamps."""

from functools import partial

import pytest

from gamification.stamps.expiring import wipe_due
from gamification.stamps.models import StampToken
from loyalty.foundation.refusals import DomainError
from tests.world.access import a_shop
from tests.world.clocked import bought, it_is, returned
from tests.world.play import at, coffees, in_a_unit
from tests.world.stamps import a_card, grants_of, rows_of, stamped, total_of

pytestmark = pytest.mark.django_db

CARD = "/v1/stamp-cards/drinks"


def refused(code, work):
    with pytest.raises(DomainError) as refusal:
        work()
    assert refusal.value.code == code


class TestTokens:
    def test_stamp_once(self):
        """G-70: the token is shown once, kept as a digest, and good for one use."""
        cafe, card = a_card(stamps_from=None)
        it_is(cafe, "11-02 10:00")
        shop = a_shop(cafe)
        made = shop.post(f"{CARD}/tokens", {"quantity": 2, "expires_in": "P30D"}, key="a").json()
        wanted = {"member": "ext:ada", "token": made["token"].upper()}

        first = shop.post(f"{CARD}/stamps", wanted, key="b")
        second = shop.post(f"{CARD}/stamps", wanted, key="c")

        assert (first.status_code, first.json()["card"]["filled"]) == (201, 2)
        assert (second.status_code, second.json()["code"]) == (422, "stamp_token_not_usable")
        assert len(made["token"]) == 32
        assert bytes(StampToken.objects.get().digest) != made["token"].encode()
        assert rows_of(card) == [("given", 2, 2)]

    @pytest.mark.parametrize(
        ("case", "why"),
        [("used", "token_used"), ("expired", "token_expired"), ("unknown", "token_unknown")],
    )
    def test_answer_alike_but_to_whoever_may_inspect(self, case, why):
        """G-70."""
        cafe, _card = a_card(stamps_from=None)
        it_is(cafe, "11-02 10:00")
        shop = a_shop(cafe)
        till = a_shop(cafe, "stamps:write")
        token = shop.post(f"{CARD}/tokens", {}, key="a").json()["token"]
        wanted = {"member": "ext:ada", "token": "0" * 32 if case == "unknown" else token}
        if case == "used":
            shop.post(f"{CARD}/stamps", wanted, key="b")
        if case == "expired":
            it_is(cafe, "11-02 10:01")

        plain = till.post(f"{CARD}/stamps", wanted, key="c").json()
        inspected = shop.post(f"{CARD}/stamps", wanted, key="d").json()

        assert (plain["code"], plain["detail"]) == (
            "stamp_token_not_usable",
            "This code cannot be used.",
        )
        assert "errors" not in plain
        assert [each["code"] for each in inspected["errors"]] == [why]

    @pytest.mark.parametrize("lasts", ["PT0S", "P401D", "soon"])
    def test_last_for_a_while(self, lasts):
        """G-70."""
        cafe, _card = a_card(stamps_from=None)

        answer = a_shop(cafe).post(f"{CARD}/tokens", {"expires_in": lasts}, key="a")

        assert answer.status_code == 400
        assert not StampToken.objects.exists()

    def test_cannot_be_told_with_what_they_say_themselves(self):
        """G-70."""
        cafe, _card = a_card(stamps_from=None)
        wanted = {"member": "ext:ada", "token": "0" * 32, "quantity": 5}

        answer = a_shop(cafe).post(f"{CARD}/stamps", wanted, key="a")

        assert answer.status_code == 400


class TestUndo:
    def undone(self, when, *, scopes=(), reason="Wrong card."):
        cafe, card = a_card(stamps_from=None)
        it_is(cafe, "11-02 10:00")
        till = a_shop(cafe, "stamps:write")
        told = till.post(f"{CARD}/stamps", {"member": "ext:ada", "quantity": 5}, key="a").json()
        it_is(cafe, when)
        hand = a_shop(cafe, *scopes) if scopes else till
        answer = hand.post(f"/v1/stamps/{told['id']}/undo", {"reason": reason}, key="b")
        return card, answer

    def test_leaves_the_history_and_takes_the_prize(self):
        """G-72."""
        card, answer = self.undone("11-02 10:15")

        assert (answer.status_code, answer.json()["kind"]) == (201, "undone")
        assert rows_of(card) == [("given", 5, 5), ("undone", -5, 0)]
        assert grants_of(card) == [("1:5", "reversed")]

    @pytest.mark.parametrize(
        ("when", "scopes"), [("11-02 10:15:01", ()), ("11-02 10:05", ("stamps:write",))]
    )
    def test_is_refused_to_other_hands_and_later(self, when, scopes):
        """G-72."""
        card, answer = self.undone(when, scopes=scopes)

        assert (answer.status_code, answer.json()["code"]) == (422, "stamp_undo_too_late")
        assert rows_of(card) == [("given", 5, 5)]

    def test_is_open_to_a_manager_later(self):
        """G-72."""
        _card, answer = self.undone("12-02 10:00", scopes=("stamps:write", "stamps:manage"))

        assert answer.status_code == 201

    def test_needs_a_reason(self):
        """G-72."""
        card, answer = self.undone("11-02 10:01", reason=" ")

        assert (answer.status_code, answer.json()["code"]) == (422, "stamp_reason_required")
        assert rows_of(card) == [("given", 5, 5)]

    def test_happens_once(self):
        """G-66: a row's net is never below zero."""
        cafe, card = a_card(stamps_from=None)
        it_is(cafe, "11-02 10:00")
        shop = a_shop(cafe)
        told = shop.post(f"{CARD}/stamps", {"member": "ext:ada"}, key="a").json()
        undo = f"/v1/stamps/{told['id']}/undo"
        shop.post(undo, {"reason": "Wrong card."}, key="b")

        again = shop.post(undo, {"reason": "Wrong card."}, key="c")

        assert (again.status_code, again.json()["code"]) == (409, "stamp_already_undone")
        assert rows_of(card) == [("given", 1, 1), ("undone", -1, 0)]


class TestExpiring:
    def wiped(self, cafe, day):
        it_is(cafe, f"{day} 06:00")
        now, cursor = at(f"{day} 06:00"), None
        while cursor := in_a_unit(
            partial(wipe_due, program=cafe, day=now.date(), cursor=cursor, at=now)
        ):
            pass

    def test_wipes_the_open_card_after_a_time_of_rest(self):
        """G-73: the newest stamps, a row for each row wiped; full cards stay."""
        cafe, card = a_card(stamps_from=None, expiry={"inactivity": "P6M"})
        stamped(cafe, card, 8, when="11-02 10:00")
        stamped(cafe, card, 6, when="11-10 10:00")

        self.wiped(cafe, "2027-05-10")
        before = total_of(cafe, card)
        self.wiped(cafe, "2027-05-11")
        self.wiped(cafe, "2027-05-11")

        assert before == 14
        assert rows_of(card)[2:] == [("expired", -4, 10)]

    def test_wipes_at_a_date(self):
        """G-73."""
        cafe, card = a_card(stamps_from=None, expiry={"date": "2026-12-01"})
        stamped(cafe, card, 3, when="11-02 10:00")

        self.wiped(cafe, "11-30")
        before = total_of(cafe, card)
        self.wiped(cafe, "12-01")
        stamped(cafe, card, 2, when="12-02 10:00")
        self.wiped(cafe, "12-03")

        assert (before, total_of(cafe, card)) == (3, 2)

    def test_leaves_nothing_for_a_return_to_take_again(self):
        """G-73."""
        cafe, card = a_card(expiry={"date": "2026-12-01"})
        bought(cafe, "o-1", when="11-02 10:00", lines=coffees(3))
        self.wiped(cafe, "12-01")

        returned(cafe, "o-1", when="12-02 10:00")

        assert rows_of(card) == [("given", 3, 3), ("expired", -3, 0)]
