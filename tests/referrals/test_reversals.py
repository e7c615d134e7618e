"""R-X5: what a late return takes back."""

import pytest

from referrals.attribution.models import Touch
from referrals.rewards.models import GrantReversal
from tests.world.ledger import moving, posted
from tests.world.referrals import (
    PLAN,
    a_cafe,
    a_friend,
    at,
    bought,
    code_of,
    grants_of,
    points_of,
    referral_of,
    returned,
    ticked,
)

pytestmark = pytest.mark.django_db


def _is_brought(program):
    from referrals.attribution.models import Referral

    return Referral.objects.filter(program=program).exists()


class TestReversal:
    """R-X5: the advocate has spent 420 of the 500."""

    @pytest.mark.parametrize(
        ("take", "recovered", "balance"), [("unspent", 80, 0), ("full", 500, -420), ("keep", 0, 80)]
    )
    def test_takes_back_as_far_as_the_plan_says(self, take, recovered, balance):
        """R-34, R-35; told twice, nothing changes."""
        cafe = self.approved(clawback={"take": take})

        returned(cafe, when="12-20 10:00")
        first = (referral_of(cafe).state, grants_of(cafe)["advocate"], points_of(cafe, "ada"))
        returned(cafe, when="12-20 10:00")

        assert first == ("reversed", ("reversed", recovered), balance)
        assert (
            referral_of(cafe).state,
            grants_of(cafe)["advocate"],
            points_of(cafe, "ada"),
        ) == first
        assert GrantReversal.objects.filter(grant__side="advocate").count() == 1

    @pytest.mark.parametrize(("take", "used"), [("unspent", 1), ("full", 0)])
    def test_frees_the_caps_place_only_if_all_came_back(self, take, used):
        """R-36."""
        from referrals.rewards.models import CapUse

        cafe = self.approved(clawback={"take": take}, advocate_cap={"times": 12, "period": "month"})

        returned(cafe, when="12-20 10:00")

        assert CapUse.objects.get(period_key="2026-12").used == used

    def test_a_return_after_the_time_for_it_leaves_a_note(self):
        """R-34: sixty times 24 hours from approval."""
        cafe = self.approved()

        returned(cafe, when="2027-02-02 09:00")

        assert referral_of(cafe).state == "approved"
        assert list(GrantReversal.objects.values_list("amount", flat=True)) == [0, 0]

    @pytest.mark.parametrize("first", [0, 1])
    @pytest.mark.parametrize(
        ("amounts", "state"),
        [((4000, 200), "reversed"), ((200, 4000), "approved"), ((1000, 1000), "approved")],
    )
    def test_of_two_returns_on_both_sides_of_the_time_it_counts_when_they_happened(
        self, amounts, state, first
    ):
        """R-28, R-34: reversed only if the amount fell in time, whichever of the two was told first."""
        cafe = self.approved()
        tellings = list(zip(("2027-02-01 09:00", "2027-02-02 09:00"), amounts, strict=True))

        for place in (first, 1 - first):
            happened, amount = tellings[place]
            returned(
                cafe,
                when=happened,
                told_at="2027-02-05 09:00",
                amount=amount,
                source_id=f"return-{place}",
            )

        assert referral_of(cafe).state == state

    def approved(self, **terms):
        cafe = a_cafe(**terms)
        a_friend(cafe, code=code_of(cafe).text)
        bought(cafe)
        ticked(cafe, "12-04 09:00")
        ada = referral_of(cafe).advocate.member
        posted(moving(-420, of=ada), at=at("12-05 09:00"))
        assert points_of(cafe, "ada") == 80
        return cafe


def test_a_plan_that_is_not_live_brings_nobody():
    """R-15: a paused plan's code."""
    cafe = a_cafe(plans={**PLAN})
    code = code_of(cafe).text
    from tests.world.referrals import changed_plan

    changed_plan(cafe, state="paused")

    a_friend(cafe, code=code)

    assert not _is_brought(cafe)
    assert not Touch.objects.exists()
