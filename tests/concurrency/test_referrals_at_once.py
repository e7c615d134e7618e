"""Two at the same moment: approvals of one referral, households, and codes of one friend, each with its control (R-19, R-29, R-41)."""

from functools import partial

import pytest

from loyalty.ledger.models import Entry
from loyalty.outbox.delivering import deliver_until_idle
from referrals.attribution.models import Referral
from referrals.qualification import bringing, guarding, releasing
from referrals.qualification.deciding import approve_by_hand
from referrals.qualification.qualifying import follow
from referrals.qualification.releasing import release_due
from tests.world.events import an_order, taken
from tests.world.ledger_races import look_without_holding
from tests.world.members import a_member
from tests.world.racing import at_once, meet
from tests.world.referrals import (
    a_cafe,
    a_friend,
    a_staff_actor,
    at,
    bought,
    code_of,
    grants_of,
    in_a_unit,
    points_of,
    referral_of,
    told,
)

pytestmark = pytest.mark.django_db(transaction=True)
RELEASED = "12-04 09:00"
HANDS = 8


def a_waiting_one():
    cafe = a_cafe()
    a_friend(cafe, code=code_of(cafe).text)
    bought(cafe)
    return cafe


def by_hand(cafe):
    """Somebody at the desk."""
    approve_by_hand(
        program=cafe,
        referral_id=referral_of(cafe).pk,
        reason="goods cannot be returned",
        actor=a_staff_actor(),
        at=at(RELEASED),
    )


def by_tick(cafe):
    """A worker whose tick came when the hold was over."""
    release_due(program=cafe, at=at(RELEASED))


class TestTwoApprovalsOfOneReferral:
    """R-29: one decision, one reward a side, whoever is first."""

    @pytest.mark.parametrize(
        ("ways", "losers"),
        [
            ([by_hand] * HANDS, HANDS - 1),
            ([by_tick] * HANDS, 0),
            ([by_hand, by_tick] * (HANDS // 2), None),
        ],
    )
    def test_reward_once(self, ways, losers):
        cafe = a_waiting_one()

        outcomes = at_once(*[partial(way, cafe) for way in ways])

        assert set(outcomes) <= {"done", "referral_move_not_allowed"}
        if losers is not None:
            assert outcomes.count("referral_move_not_allowed") == losers
        assert [move.to_state for move in referral_of(cafe).story.order_by("number")] == [
            "joined",
            "pending",
            "approved",
        ]
        assert grants_of(cafe) == {"advocate": ("granted", 0), "friend": ("granted", 0)}
        assert points_of(cafe, "ada") == 500
        assert Entry.objects.filter(kind="bonus").count() == 2

    def test_collide_when_nobody_holds_the_members(self, monkeypatch):
        """Control: both see it waiting; behind the lock the database refuses the second."""
        cafe, approve = a_waiting_one(), releasing.approve
        look_without_holding(monkeypatch)

        def approve_together(*found, **told):
            meet()
            return approve(*found, **told)

        monkeypatch.setattr(releasing, "approve", approve_together)

        outcomes = at_once(partial(by_tick, cafe), partial(by_tick, cafe))

        assert outcomes.count("done") == 1
        assert set(outcomes) - {"done"} <= {"entry_numbers_count_up", "referral_moves_count_up"}
        assert points_of(cafe, "ada") == 500


class TestTwoOfOneHousehold:
    """R-41: brought by two advocates of it, ordered at the same moment."""

    HOME = {"address_key": "1 Analytical Row"}

    def story(self):
        cafe = a_cafe()
        a_member(cafe, "byron", email="byron@example.org", last_name="Lovelace")
        for name in ("ada", "byron"):
            bought(cafe, name, order_id=f"of-{name}", when="11-02 09:00", **self.HOME)
        pairs = {"william": "ada", "anne": "byron"}
        friends = [
            a_friend(
                cafe,
                name,
                code=code_of(cafe, by).text,
                last_name="Lovelace",
                email=f"{name}@example.com",
            )
            for name, by in pairs.items()
        ]
        for friend in friends:
            order = an_order(
                f"of-{friend.external_id}",
                member=friend,
                total=4500,
                at=at("11-20 09:00"),
                lines=[{"sku": "COF", "quantity": 1, "amount": 4500}],
                **self.HOME,
            )
            taken(cafe, order, at=at("11-20 09:01"))
        return cafe, friends

    def follow_both(self, cafe, friends):
        def one(friend):
            in_a_unit(lambda: follow(program=cafe, friend_ids=[friend.pk], at=at("11-20 09:02")))

        return at_once(*[partial(one, friend) for friend in friends])

    def test_one_passes_and_one_is_looked_at(self):
        cafe, friends = self.story()

        assert self.follow_both(cafe, friends) == ["done", "done"]

        states = [referral_of(cafe, friend.external_id).state for friend in friends]
        assert sorted(states) == ["pending", "review"]
        passed = Referral.objects.get(state="pending")
        assert passed.as_household

    def test_collide_when_nobody_waits_for_the_household(self, monkeypatch):
        """Control: both find the place free; the database lets one in."""
        cafe, friends = self.story()
        monkeypatch.setattr(guarding, "admitted", _everybody)

        outcomes = self.follow_both(cafe, friends)

        assert sorted(outcomes) == ["done", "household_passes_once"]
        assert Referral.objects.filter(state="pending").count() == 1


class TestTwoCodesOfOneFriend:
    """R-18, R-19: whoever is told first has brought the friend."""

    def story(self):
        cafe = a_cafe()
        a_member(cafe, "boris", email="boris@example.org")
        friend = a_friend(cafe)
        codes = [code_of(cafe, name).text for name in ("ada", "boris")]
        return cafe, [partial(told, cafe, friend, code) for code in codes]

    def test_bring_the_friend_once(self):
        cafe, tellings = self.story()

        outcomes = at_once(*tellings)
        deliver_until_idle(program_id=cafe.pk)

        assert sorted(outcomes) == ["done", "referral_exists"]
        assert Referral.objects.count() == 1

    def test_collide_when_the_loser_does_not_look_again(self, monkeypatch):
        """Control: nobody is brought twice even then."""
        _cafe, tellings = self.story()
        monkeypatch.setattr(bringing.bring, "races", ())
        monkeypatch.setattr(bringing, "_refuse_known", lambda *_told: None)

        outcomes = at_once(*tellings)

        assert outcomes.count("done") >= 1
        assert Referral.objects.exclude(state="rejected").count() == 1


def _everybody(rows):
    return {row.pk for row in rows}
