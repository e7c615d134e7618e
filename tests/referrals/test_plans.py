"""Plans: documents, versions, previews and states (R-1, R-3, R-30)."""

import json

import pytest

from loyalty.programs.documents import FORMAT, export_program
from referrals.plans.kinds import PlanState
from referrals.plans.models import PlanVersion
from referrals.plans.publishing import draft_version, note_preview, publish, set_plan_state
from referrals.plans.refusals import PlanClosed, PreviewMissing, RewardUnknown
from tests.world.programs import STARS, XP, applied
from tests.world.referrals import (
    KEY,
    PLAN,
    START,
    a_cafe,
    a_friend,
    bought,
    changed_plan,
    code_of,
    plan_of,
    points_of,
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


def a_waiting_one(**terms):
    cafe = a_cafe(**terms)
    a_friend(cafe, code=code_of(cafe).text)
    bought(cafe)
    return cafe


class TestPlans:
    """R-1, R-3."""

    def test_of_the_reference_document_apply_and_export_alike(self):
        told = {
            "program": {
                "slug": "cafe",
                "name": {"en": "Café"},
                "zone": "Europe/Kyiv",
                "currency": "EUR",
            },
            "currencies": [STARS, XP],
            "referral_plan": CAFE_PLAN,
        }
        cafe = applied(told).program

        assert export_program(cafe)["referral_plan"] == CAFE_PLAN
        again = applied({"program": {"slug": "cafe"}, "referral_plan": CAFE_PLAN})
        assert (again.differences, PlanVersion.objects.count()) == ([], 1)
        assert json.dumps(FORMAT)

    def test_what_was_promised_is_what_is_paid(self):
        cafe = a_waiting_one()
        changed_plan(cafe, advocate_reward={"kind": "points", "currency": "stars", "points": 1})

        ticked(cafe, "12-04 09:00")

        assert points_of(cafe, "ada") == 500
        assert PlanVersion.objects.count() == 2

    def test_a_version_is_previewed_before_it_goes_live(self):
        cafe = a_cafe()
        version = draft_version(
            program=cafe,
            slug="friends",
            settings={"min_order": 1},
            audience="members",
            actor=KEY,
            at=START,
        )
        with pytest.raises(PreviewMissing):
            publish(program=cafe, version=version, actor=KEY, at=START)
        note_preview(version=version, at=START)
        publish(program=cafe, version=version, actor=KEY, at=START)

        with pytest.raises(PlanClosed):
            publish(program=cafe, version=version, actor=KEY, at=START)
        assert export_program(cafe)["referral_plan"] == {"slug": "friends", "min_order": 1}

    def test_move_as_their_states_allow(self):
        cafe = a_cafe()
        plan = plan_of(cafe)
        for state in (PlanState.PAUSED, PlanState.LIVE, PlanState.RETIRED):
            set_plan_state(program=cafe, plan=plan, state=state, actor=KEY)

        with pytest.raises(PlanClosed):
            set_plan_state(program=cafe, plan=plan, state=PlanState.LIVE, actor=KEY)

    @pytest.mark.parametrize(
        "terms",
        [
            {"advocate_reward": {"kind": "points", "currency": "nuts", "points": 1}},
            {"advocate_reward": BLOGS["advocate_reward"]},
            {"audience": "affiliates"},
        ],
    )
    def test_promise_only_what_can_be_given(self, terms):
        """R-4, R-30."""
        with pytest.raises(RewardUnknown):
            a_cafe(**terms)
