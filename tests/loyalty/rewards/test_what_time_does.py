"""What time does to vouchers: reservations and vouchers that are over, warnings, extensions, forgotten codes (W-30, W-31, W-34, W-53)."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from loyalty.access.models import AuditRow
from loyalty.foundation.units import run
from loyalty.ledger.models import Account
from loyalty.members.leaving import erase_person
from loyalty.programs.calendar import local_day
from loyalty.rewards.ending.extending import extend
from loyalty.rewards.ending.forgetting import forget_codes
from loyalty.rewards.ending.lapsing import earliest_lapse, lapse_due
from loyalty.rewards.ending.warning import warn_of_ends
from loyalty.rewards.gift_cards.renewing import renew_pin
from loyalty.rewards.models import Voucher
from loyalty.rewards.undoing.withdrawing import withdraw
from loyalty.rewards.voucher_kinds import PaidWith
from loyalty.rewards.vouchers.refusals import VoucherNotCancellable, VoucherNotExtendable
from loyalty.rewards.vouchers.showing import opened_vouchers
from tests.world.ledger import TILL, a_member
from tests.world.programs import a_program
from tests.world.vouchers import (
    ISSUED_AT,
    a_cafe,
    a_card,
    facts_of,
    issued,
    minutes,
    redeemed,
    reserved,
    state_of,
    validated,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
END = ISSUED_AT + 10 * DAY


def lapsed(cafe, at):
    return run(lambda: lapse_due(program=cafe, at=at))


def warned(cafe, at):
    day = local_day(at, cafe.zone)
    run(lambda: warn_of_ends(program=cafe, day=day, cursor=None, at=at))
    return len(facts_of(cafe, "voucher.expiring"))


def forgotten(cafe, at):
    run(lambda: forget_codes(program=cafe, day=at.date(), cursor=None, at=at))
    return Voucher.objects.filter(sealed=None).count()


class TestLapsing:
    def test_writes_down_what_is_over_and_says_so_once(self):
        """W-31: `voucher.expired`; a reservation that is over goes without a word."""
        cafe = a_cafe()
        kept, ended = issued(cafe), issued(cafe, ends_at=END)
        reserved(cafe, kept, "k1")
        assert earliest_lapse(until=END, program_id=cafe.pk) == {cafe.pk: ISSUED_AT + minutes(15)}

        lapsed(cafe, END)
        lapsed(cafe, END)

        assert (state_of(kept), state_of(ended)) == ("issued", "expired")
        assert len(facts_of(cafe, "voucher.expired")) == 1
        assert earliest_lapse(until=END, program_id=cafe.pk) == {}

    def test_leaves_the_money_on_a_card_for_its_extension(self):
        """W-53"""
        cafe = a_program()
        card = a_card(cafe, ends_at=END)
        lapsed(cafe, END)

        row = extend(
            program=cafe,
            voucher_id=card.id,
            last_day=(END + DAY).date(),
            reason="kind",
            actor=TILL,
            at=END,
        )

        assert row.state == "issued"
        assert validated(cafe, card, at=END)["remaining"]["amount"] == 5000


class TestWarning:
    def test_is_seven_days_before_and_once(self):
        """voucher.expiring; bearer vouchers have nobody to tell."""
        cafe = a_cafe()
        midnight = datetime.fromisoformat("2026-12-02T00:00+02:00")
        issued(cafe, to=a_member(cafe), ends_at=midnight)
        issued(cafe, ends_at=midnight)

        assert [warned(cafe, midnight - days * DAY) for days in (9, 8, 7, 6)] == [0, 0, 1, 1]


class TestExtending:
    def test_makes_good_again_and_leaves_a_row_in_the_audit_log(self):
        """W-30"""
        cafe = a_cafe()
        voucher = issued(cafe, ends_at=END)
        lapsed(cafe, END)
        told = {"program": cafe, "voucher_id": voucher.id, "reason": "illness", "actor": TILL}

        extend(**told, last_day=(END + 4 * DAY).date(), at=END)

        assert validated(cafe, voucher, at=END + 4 * DAY)["status"] == "issued"
        assert AuditRow.objects.get().reason == "illness"
        assert [fact.body["was_expired"] for fact in facts_of(cafe, "voucher.extended")] == [True]

    def test_never_shortens_and_never_ends_in_the_past(self):
        """W-30"""
        cafe = a_cafe()
        voucher = issued(cafe, ends_at=END)
        told = {"program": cafe, "voucher_id": voucher.id, "reason": "x", "actor": TILL}

        for last_day, at in [(END - 3 * DAY, ISSUED_AT), (END + DAY, END + 9 * DAY)]:
            with pytest.raises(VoucherNotExtendable):
                extend(**told, last_day=last_day.date(), at=at)

        assert Voucher.objects.get().ends_at == END


class TestForgetting:
    def test_removes_sealed_copies_90_days_after_the_end(self):
        """W-34"""
        cafe = a_cafe()
        issued(cafe, ends_at=END)
        issued(cafe, ends_at=END + DAY)

        assert [forgotten(cafe, END + days * DAY) for days in (89, 90, 91)] == [0, 1, 2]


class TestRenewing:
    def test_gives_a_card_another_pin_beside_the_same_code(self):
        """S-36"""
        cafe = a_program()
        card = a_card(cafe)

        renew_pin(program=cafe, voucher_id=card.id, actor=TILL, at=ISSUED_AT)

        fresh = opened_vouchers(program=cafe, voucher_ids=[card.id])[card.id]
        assert (fresh.code, len(fresh.pin)) == (card.code, 6)
        assert validated(cafe, card, pin=fresh.pin)["status"] == "issued"
        assert AuditRow.objects.get().action == "gift_card.pin_renewed"


class TestWithdrawing:
    def test_cancels_for_good_and_forfeits_what_is_left(self):
        """W-30"""
        cafe = a_cafe()
        voucher, card = issued(cafe), a_card(cafe)
        redeemed(cafe, card, amount=1000)

        for each in (voucher, card):
            withdraw(program=cafe, voucher_id=each.id, reason="stolen", actor=TILL, at=ISSUED_AT)

        assert [state_of(voucher), state_of(card)] == ["cancelled", "cancelled"]
        assert Account.objects.get().available == 0
        with pytest.raises(VoucherNotCancellable):
            withdraw(program=cafe, voucher_id=card.id, reason="x", actor=TILL, at=ISSUED_AT)


class TestErasing:
    def test_cancels_what_was_given_and_frees_what_was_paid_for(self):
        """W-53, S-58"""
        cafe = a_cafe()
        ada = a_member(cafe)
        voucher, used = issued(cafe, to=ada), issued(cafe, to=ada)
        redeemed(cafe, used, by=ada)
        free = a_card(cafe, to=ada, paid_with=PaidWith.FREE)
        bought = a_card(cafe, to=ada)

        run(lambda: erase_person(member=ada, at=ISSUED_AT))

        assert [state_of(each) for each in (voucher, used, free, bought)] == [
            "cancelled",
            "redeemed",
            "cancelled",
            "issued",
        ]
        assert Voucher.objects.get(pk=bought.id).member_id is None
        assert redeemed(cafe, bought, amount=5000)["amount"]["amount"] == 5000
        assert Voucher.objects.filter(sealed__isnull=False).count() == 1


def test_a_look_up_needs_one_query_by_digest():
    """W-34: whatever the number of vouchers, the code leads to its row by the unique index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'voucher_code_is_given_once'"
        )
        (definition,) = cursor.fetchone()

    assert "(program_id, digest)" in definition
