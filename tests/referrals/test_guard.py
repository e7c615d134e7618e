"""The guard at work: signals seen in earnest, people who decide, appeals, the watch list, the guard tried on history."""

from datetime import timedelta

import pytest

from loyalty.members.models import Member
from referrals.attribution.models import Referral
from referrals.codes.issuing import stop_watching
from referrals.codes.models import Advocate
from referrals.guard.models import ReferralCheck, ReferralReview
from referrals.guard.replaying import replay
from referrals.plans.terms import GuardTerms
from tests.referrals.guards import flagged, weighed
from tests.world.members import a_member, some_members
from tests.world.referrals import (
    KEY,
    a_cafe,
    a_friend,
    at,
    bought,
    code_of,
    plan_of,
    referral_of,
    ticked,
    told,
)

pytestmark = pytest.mark.django_db
FIREFOX, CARD = "Firefox", "visa-4242"


class TestSignals:
    """R-38: each seen in earnest; acceptance 7: by alias, phone, device, card, claim and ring."""

    def test_the_same_card_device_and_address(self):
        cafe = a_cafe()
        keys = {"payment_fingerprint": CARD, "device_key": "ipad", "address_key": "row 1"}
        bought(cafe, "ada", order_id="hers", when="11-02 09:00", **keys)
        a_friend(cafe, code=code_of(cafe).text)

        state, fired = weighed(cafe, **keys)

        assert state == "review"
        assert {"same_payment", "same_device", "same_address"} <= fired
        assert ReferralReview.objects.get().reasons[0] == "same_payment"

    def test_the_same_phone_and_a_similar_mailbox(self):
        cafe = a_cafe()
        Member.objects.filter(external_id="ada")
        ada = a_member(cafe, "ada2", email="lovelace1@example.org", phone="+380 44 555 00 01")
        a_friend(
            cafe,
            code=code_of(cafe, "ada2").text,
            email="lovelace2@example.org",
            phone="00380445550001",
        )

        assert weighed(cafe) == ("review", {"same_phone", "similar_email"})
        assert ada.pk

    def test_one_network_and_browser_and_a_network_alone(self):
        """R-39: a shared network address alone passes."""
        cafe = a_cafe()
        ada = Member.objects.get(external_id="ada")
        a_member(cafe, "boris")
        told(cafe, ada, code_of(cafe, "boris").text, network="192.0.2.7", agent=FIREFOX)
        for name, agent in (("grace", FIREFOX), ("anne", "Safari")):
            friend = a_friend(cafe, name)
            told(cafe, friend, code_of(cafe).text, network="192.0.2.7", agent=agent)

        assert weighed(cafe) == ("pending", {"same_network_agent"})
        assert weighed(cafe, "anne") == ("pending", {"same_network"})

    def test_a_throw_away_mailbox_and_a_coupon_site(self):
        cafe = a_cafe(coupon_sites=["deals.example"])
        friend = a_friend(cafe, email="grace@mailinator.com")
        told(cafe, friend, code_of(cafe).text, source_site="https://www.deals.example/x?y")

        assert weighed(cafe)[1] == {"disposable_mail", "coupon_site"}

    def test_many_friends_in_a_day(self):
        """More than ten in 24 hours, over all of the advocate's codes."""
        cafe = a_cafe()
        code = code_of(cafe)
        for number in range(11):
            a_friend(cafe, f"friend-{number}", code=code.text)

        assert "advocate_velocity" in weighed(cafe, "friend-10")[1]

    def test_a_ring(self):
        """Grace brought Ada, and Ada brings Boris, who brings Grace's bringer."""
        cafe = a_cafe()
        a_friend(cafe, "grace", code=code_of(cafe).text)
        a_friend(cafe, "boris", code=code_of(cafe, "grace").text)
        ada = Member.objects.get(external_id="ada")
        told(cafe, ada, code_of(cafe, "boris").text)

        bought(cafe, "ada", order_id="hers")
        row = referral_of(cafe, "ada")

        assert (row.state, "ring" in flagged(row)) == ("review", True)

    def test_who_was_here_before_is_not_new(self):
        """R-23: an order before joining."""
        cafe = a_cafe()
        friend = a_friend(cafe, joined="11-10 08:00")
        bought(cafe, when="11-12 09:00")
        Member.objects.filter(pk=friend.pk).update(joined_at=at("11-13 08:00"))

        brought = told(cafe, friend, code_of(cafe).text, when="11-14 08:00")

        assert (brought.referral.why, brought.refusal.code) == (
            "not_new",
            "referral_friend_not_new",
        )

    def test_a_known_mailbox_is_not_new(self):
        """R-23, R-47: another member has it, spelled otherwise."""
        cafe = a_cafe()
        a_friend(cafe, "carol", email="J.Doe+a@gmail.com")

        friend = a_friend(cafe, email="jdoe@googlemail.com")

        assert told(cafe, friend, code_of(cafe).text).refusal.code == "referral_friend_not_new"


class TestWatching:
    def test_five_blocks_in_thirty_days_send_the_next_to_people(self):
        """R-42."""
        cafe = a_cafe()
        for number in range(5):
            friend = a_friend(cafe, f"alias-{number}", email="ada@example.org")
            assert told(cafe, friend, code_of(cafe).text).refusal is not None
        advocate = Advocate.objects.get()
        assert advocate.watched_at == at("11-10 08:00")

        a_friend(cafe, code=code_of(cafe).text)
        bought(cafe)

        assert (referral_of(cafe).state, referral_of(cafe).why) == ("review", "watched")
        assert stop_watching(program=cafe, advocates=[advocate.pk], actor=KEY) == 1


class TestReplay:
    """R-46, acceptance 16."""

    def history(self):
        cafe = a_cafe()
        bought(cafe, "ada", order_id="hers", when="11-02 09:00", payment_fingerprint=CARD)
        for name, card in (("grace", CARD), ("anne", "other"), ("boris", "third")):
            a_friend(cafe, name, code=code_of(cafe).text)
            weighed(cafe, name, payment_fingerprint=card)
        return cafe

    def test_on_its_own_preset_it_reproduces_the_verdicts(self):
        """As they came out in earnest: a doubt, households in their order, whoever was watched, and who passed."""
        cafe = self.history()
        home = {"address_key": "1 Analytical Row"}
        bought(cafe, "ada", order_id="at home", when="11-03 09:00", **home)
        for name in ("william", "mary"):
            a_friend(cafe, name, code=code_of(cafe).text, last_name="Lovelace")
            weighed(cafe, name, **home)
        Advocate.objects.update(watched_at=at("11-15 09:00"))
        a_friend(cafe, "carol", code=code_of(cafe).text)
        assert weighed(cafe, "carol")[0] == "review"

        told_again = replay(
            program=cafe,
            plan=plan_of(cafe),
            terms=GuardTerms.read("moderate", household="once"),
            at=at("12-01 09:00"),
        )

        assert {pair: cell.count for pair, cell in told_again.matrix.items()} == {
            ("review", "review"): 3,
            ("household", "household"): 1,
            ("pass", "pass"): 2,
        }

    def test_another_preset_shows_what_would_change_and_changes_nothing(self):
        cafe = self.history()
        before = list(Referral.objects.order_by("id").values_list("state", flat=True))

        relaxed = replay(
            program=cafe,
            plan=plan_of(cafe),
            terms=GuardTerms.read("relaxed", household="once"),
            at=at("12-01 09:00"),
        )

        assert relaxed.matrix["review", "pass"].count == 1
        assert list(Referral.objects.order_by("id").values_list("state", flat=True)) == before

    def test_shows_false_alarms_before_they_are_made(self):
        """A friend who was approved and bought again would be stopped."""
        cafe = self.history()
        ticked(cafe, "12-04 09:00")
        bought(cafe, "anne", order_id="more", when="12-05 09:00")
        strictest = GuardTerms(
            preset="strict", weights={"fast_conversion": 0}, review_from=1, household="once"
        )
        ReferralCheck.objects.filter(
            referral=referral_of(cafe, "anne"), signal="same_phone"
        ).update(result="flagged", value=1, why="", weight=50)

        told_strict = replay(
            program=cafe, plan=plan_of(cafe), terms=strictest, at=at("12-06 09:00")
        )

        assert told_strict.false_alarms.samples == [referral_of(cafe, "anne").pk]


def test_control_nobody_is_brought_by_nobody():
    """Without a code there is no referral, and no check."""
    cafe = a_cafe()
    some_members(cafe, 3, at=at("11-10 08:00") + timedelta(hours=1))
    bought(cafe, "guest-1")

    assert not Referral.objects.exists()
    assert not ReferralCheck.objects.exists()
