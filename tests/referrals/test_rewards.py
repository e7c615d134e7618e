"""Both sides or neither, affiliates, hand-given rewards, the programme document, and what boards hear (R-1, R-4, R-29, R-53)."""

import pytest
from django.db import connection

from loyalty.ledger.models import Entry
from loyalty.outbox.delivering import deliver_until_idle
from loyalty.outbox.receiving import reacts_later, remove
from referrals.attribution.models import Referral
from referrals.codes.issuing import add_affiliate
from referrals.guard.models import ReferralCheck
from referrals.plans.refusals import PlanClosed
from referrals.qualification.releasing import release_due
from referrals.rewards.granting import grant_capped
from referrals.rewards.models import ReferralGrant
from referrals.rewards.paying_out import note_paid
from referrals.rewards.refusals import BudgetSpent
from tests.world.referrals import (
    KEY,
    PLAN,
    START,
    a_cafe,
    a_friend,
    at,
    bought,
    code_of,
    grants_of,
    plan_of,
    points_of,
    referral_of,
    returned,
    ticked,
)

pytestmark = pytest.mark.django_db
BLOGS = {
    "slug": "blogs",
    "audience": "affiliates",
    "advocate_reward": {"kind": "payable", "money": {"amount": 700, "currency": "EUR"}},
    "friend_reward": PLAN["friend_reward"],
}
CAFE_PLAN = {
    "slug": "friends",
    "touch_window": "P30D",
    "qualify_window": "P60D",
    "min_order": 1500,
    "hold": "P14D",
    "guard": "moderate",
    "friend_reward": {"kind": "points", "currency": "stars", "points": 100},
    "advocate_reward": {"kind": "points", "currency": "stars", "points": 200},
    "advocate_cap": {"times": 12, "period": "year"},
}


class Struck(Exception):
    """The blow."""


def a_waiting_one(**terms):
    cafe = a_cafe(**terms)
    a_friend(cafe, code=code_of(cafe).text)
    bought(cafe)
    return cafe


class TestBothSidesOrNeither:
    """R-29, acceptance 3."""

    def picture(self, cafe):
        return (
            referral_of(cafe).state,
            grants_of(cafe),
            points_of(cafe, "ada"),
            points_of(cafe, "grace"),
            Entry.objects.count(),
            ReferralCheck.objects.count(),
        )

    def test_struck_down_before_any_statement_no_half_is_left(self):
        cafe = a_waiting_one(advocate_cap={"times": 12, "period": "month"}, budget=10_000)
        before = self.picture(cafe)
        blows = 0
        for number in range(200):
            if not self.struck(cafe, number):
                break
            assert self.picture(cafe) == before
            blows += 1

        assert blows > 20
        assert referral_of(cafe).state == "approved"
        assert grants_of(cafe) == {"advocate": ("granted", 0), "friend": ("granted", 0)}

    def struck(self, cafe, number):
        """Whether the blow fell; if there were not so many statements, the decision has gone through."""
        left = [number]

        def blow(execute, sql, params, many, context):
            if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                return execute(sql, params, many, context)
            if left[0] == 0:
                raise Struck
            left[0] -= 1
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(blow):
                release_due(program=cafe, at=at("12-04 09:00"))
        except Struck:
            return True
        return False


class TestAffiliates:
    """R-4, acceptance 14: end to end without any points of theirs."""

    def test_are_owed_money_that_is_paid_outside(self):
        cafe = a_cafe(plans=[PLAN, BLOGS])
        code = add_affiliate(
            program=cafe,
            plan=plan_of(cafe, "blogs"),
            name="Tea Blog",
            text="tea-blog",
            actor=KEY,
            at=START,
        )
        entries = Entry.objects.filter(kind="bonus")
        a_friend(cafe, code="teablog")
        bought(cafe)
        ticked(cafe, "12-04 09:00")

        grant = ReferralGrant.objects.get(side="advocate")
        assert (grant.kind, grant.amount, grant.unit, grant.state) == (
            "payable",
            700,
            "EUR",
            "granted",
        )
        assert [entry.account.member.external_id for entry in entries] == ["grace"]
        assert note_paid(program=cafe, grant_ids=[grant.pk], actor=KEY, at=at("12-05 09:00")) == 1
        assert note_paid(program=cafe, grant_ids=[grant.pk], actor=KEY, at=at("12-06 09:00")) == 0
        assert code.advocate.member_id is None

    def test_what_was_paid_does_not_come_back(self):
        """R-35: only what nobody has paid yet."""
        cafe = a_cafe(plans=[PLAN, BLOGS])
        add_affiliate(
            program=cafe,
            plan=plan_of(cafe, "blogs"),
            name="Blog",
            text="BLOG-1",
            actor=KEY,
            at=START,
        )
        a_friend(cafe, code="BLOG1")
        bought(cafe)
        ticked(cafe, "12-04 09:00")

        returned(cafe, when="12-20 09:00")

        assert grants_of(cafe) == {"advocate": ("reversed", 700), "friend": ("reversed", 300)}

    def test_belong_to_a_plan_of_their_own(self):
        cafe = a_cafe()
        with pytest.raises(PlanClosed):
            add_affiliate(program=cafe, plan=plan_of(cafe), name="Blog", actor=KEY, at=START)


class TestHandGiven:
    def test_a_capped_reward_may_be_given_with_a_reason(self):
        """R-29: capped to granted, the cap does not move."""
        cafe = a_waiting_one(advocate_cap={"times": 1, "period": "ever"})
        a_friend(cafe, "anne", code=code_of(cafe).text)
        bought(cafe, "anne", order_id="order-2", when="11-21 09:00")
        ticked(cafe, "12-06 09:00")
        capped = ReferralGrant.objects.get(state="capped")
        assert (capped.why, points_of(cafe, "ada")) == ("ever", 500)

        grant_capped(program=cafe, grant=capped, reason="A pity.", actor=KEY, at=at("12-07 09:00"))

        assert points_of(cafe, "ada") == 1000
        assert ReferralGrant.objects.get(pk=capped.pk).state == "granted"

    def test_but_never_over_the_budget(self):
        """R-33."""
        cafe = a_waiting_one(budget=300)
        ticked(cafe, "12-04 09:00")
        capped = ReferralGrant.objects.get(state="capped")

        with pytest.raises(BudgetSpent):
            grant_capped(
                program=cafe, grant=capped, reason="Please.", actor=KEY, at=at("12-07 09:00")
            )

        assert (capped.why, points_of(cafe, "ada")) == ("referral_budget_spent", 0)


def test_a_board_rises_at_approval_and_falls_at_reversal():
    """R-53, acceptance 15: by name and body, with no import between the apps."""
    counted = []

    def count(facts):
        counted.extend((fact.name, fact.member_id, fact.body["approved_at"]) for fact in facts)

    reacts_later(("referral.approved", "referral.reversed"), name="test.board")(count)
    try:
        cafe = a_waiting_one()
        ticked(cafe, "12-04 09:00")
        returned(cafe, when="12-20 09:00")
        deliver_until_idle(program_id=cafe.pk)
    finally:
        remove("test.board")

    row = Referral.objects.get()
    instant = at("12-04 09:00").isoformat()
    assert counted == [
        ("referral.approved", row.advocate_member_id, instant),
        ("referral.reversed", row.advocate_member_id, instant),
    ]
