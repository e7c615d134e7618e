"""Erased people: what stays, that nothing else does in any table, and when they are new again (R-48, acceptance 11)."""

import pytest
from django.db import connection

from loyalty.ledger.merging import erase
from loyalty.outbox.delivering import deliver_until_idle
from referrals.attribution.models import Referral
from referrals.codes.issuing import choose_code
from referrals.codes.models import Advocate, ReferralCode
from referrals.codes.refusals import CodeTaken
from referrals.guard.appealing import appeal
from referrals.guard.models import IdentityMark, ReferralReview
from referrals.guard.remembering import forget_tombstones
from referrals.qualification.deciding import approve_by_hand, reject_by_hand
from tests.referrals.guards import flagged
from tests.world.members import a_member
from tests.world.referrals import (
    KEY,
    a_cafe,
    a_friend,
    a_staff_actor,
    at,
    bought,
    code_of,
    member_of,
    referral_of,
    told,
)

pytestmark = pytest.mark.django_db
ERASED_AT = "12-01 09:00"
CANARY = {
    "first_name": "canary-first",
    "last_name": "canary-last",
    "email": "canary@navy.example",
    "phone": "+44 20 7946 1234",
}


def rows_with(marker):
    """Tables of any app in which any column of any row holds the marker, as text or in bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s OR t::text LIKE %s',
                [f"%{marker}%", f"%{marker.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def gone(cafe, name, *, when=ERASED_AT):
    """This member is erased, and everybody has heard of it."""
    cafe.is_test, cafe.test_now = True, at(when)
    cafe.save()
    erase(program=cafe, member=member_of(cafe, name), actor=KEY, at=at(when))
    deliver_until_idle(program_id=cafe.pk)


def by_hand(rule, row, reason, when):
    rule(
        program=row.program,
        referral_id=row.pk,
        reason=reason,
        actor=a_staff_actor(),
        at=at(when),
    )


class TestErasing:
    def story(self):
        """Somebody who came by a link with everything on it, was in review, cleared, rejected, appealed, and brought others."""
        cafe = a_cafe(guard="strict")
        home = {"address_key": "canary lane", "device_key": "canary-pad"}
        bought(cafe, "ada", order_id="hers", when="11-02 09:00", **home)
        friend = a_friend(cafe, "canary-external", **CANARY)
        told(
            cafe,
            friend,
            code_of(cafe).text,
            network="192.0.2.7",
            agent="canary-agent",
            source_site="https://canary.example/me",
            landing="/canary",
        )
        bought(cafe, "canary-external", payment_fingerprint="canary-card", **home)
        row = referral_of(cafe, "canary-external")
        assert row.state == "review"
        by_hand(approve_by_hand, row, "The canary called us.", "11-21 09:00")
        by_hand(reject_by_hand, row, "The canary lied.", "11-22 09:00")
        appeal(program=cafe, referral_id=row.pk, words="I am a canary.", at=at("11-23 09:00"))
        choose_code(program=cafe, member_id=friend.pk, text="CANARY-SINGS", at=at("11-24 09:00"))
        assert rows_with("canary") != []
        return cafe

    def test_leaves_no_trace_in_any_table(self):
        """Markers in every field and every word, sought in every table afterwards; states and amounts stay."""
        cafe = self.story()
        friend = member_of(cafe, "canary-external")

        gone(cafe, "canary-external")

        assert [rows_with(mark) for mark in ("canary", "Canary", "canarysings", "79461234")] == [
            []
        ] * 4
        row = Referral.objects.get()
        assert (row.state, row.friend_id, row.household) == ("rejected", friend.pk, None)
        assert (row.touch.network, row.touch.network_prefix, row.touch.agent) == (None, None, None)
        assert [move.to_state for move in row.story.order_by("number")] == [
            "joined",
            "review",
            "pending",
            "rejected",
        ]
        assert ReferralReview.objects.get().decision == "cleared"
        kept = IdentityMark.objects.filter(member=None).values_list("kind", "expires_at")
        assert sorted(kept) == [
            (kind, at("2027-12-01 09:00")) for kind in ("email", "payment", "phone")
        ]
        assert not IdentityMark.objects.filter(member=friend).exists()

    def test_a_chosen_code_is_nobodys_ever_again(self):
        """R-7: neither the same nor one that looks alike; the advocate stays suspended."""
        cafe = self.story()
        gone(cafe, "canary-external")
        boris = a_member(cafe, "boris")

        for text in ("CANARYSINGS", "CANARY-51NG5"):
            with pytest.raises(CodeTaken):
                choose_code(program=cafe, member_id=boris.pk, text=text, at=at("12-02 09:00"))

        assert ReferralCode.objects.filter(text="").count() == 1
        assert Advocate.objects.exclude(suspended_at=None).count() == 1


class TestComingBack:
    """Within 365 times 24 hours not new, by mailbox or phone; after that, as new as anybody."""

    @pytest.mark.parametrize(
        ("back", "refusal"),
        [("2027-12-01 08:59:59", "referral_friend_not_new"), ("2027-12-01 09:00:00", None)],
    )
    @pytest.mark.parametrize("same", [{"email": "Canary@Navy.example"}, {"phone": "02079461234"}])
    def test_is_new_after_a_year(self, back, refusal, same):
        cafe = a_cafe()
        a_friend(cafe, **CANARY | {"phone": "02079461234"})
        gone(cafe, "grace")
        cafe.test_now = at(back)
        cafe.save()
        forget_tombstones(program=cafe, at=at(back))
        friend = a_friend(cafe, "grace-again", joined=back, **same)

        brought = told(cafe, friend, code_of(cafe).text, when=back)

        assert (brought.refusal.code if brought.refusal else None) == refusal

    @pytest.mark.parametrize(
        ("back", "state", "fires"),
        [("2027-11-20 09:00", "review", True), ("2027-12-02 09:00", "pending", False)],
    )
    def test_with_the_card_of_somebody_who_left_is_for_people(self, back, state, fires):
        """R-48: another mailbox and the same card, within the year."""
        cafe = a_cafe()
        a_friend(cafe, email="canary@navy.example")
        bought(cafe, payment_fingerprint="visa-4242", when="11-20 09:00")
        gone(cafe, "grace")
        cafe.test_now = at(back)
        cafe.save()
        friend = a_friend(cafe, "somebody", joined=back, email="fresh@navy.example")
        told(cafe, friend, code_of(cafe).text, when=back)

        bought(cafe, "somebody", order_id="order-2", when=back, payment_fingerprint="visa-4242")

        row = referral_of(cafe, "somebody")
        assert (row.state, "same_payment" in flagged(row)) == (state, fires)


class TestKeys:
    def test_old_marks_stay_checkable_under_new_keys(self, settings):
        """R-48: new keys make new marks, the ones before still tell who was here."""
        cafe = a_cafe()
        a_friend(cafe, "carol", email="carol@navy.example")
        old = IdentityMark.objects.get(member__external_id="carol").key_id
        settings.WAFA_ENCRYPTION_KEYS = [
            "a-new-key-of-this-year-0123456789",
            *settings.WAFA_ENCRYPTION_KEYS,
        ]

        friend = a_friend(cafe, email="Carol@navy.example")

        assert told(cafe, friend, code_of(cafe).text).refusal.code == "referral_friend_not_new"
        assert IdentityMark.objects.get(member=friend).key_id != old
