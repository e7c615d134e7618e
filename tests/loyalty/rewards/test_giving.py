"""Giving: gifts under their keys, by tiers, by hand, at night; and what goes back with its order (W-26, W-62, W-70 to W-73)."""

import pytest

from loyalty.access.approvals.models import Proposal, StaffBudget
from loyalty.access.approvals.proposing import approve
from loyalty.foundation.ids import new_id
from loyalty.foundation.refusals import DomainError
from loyalty.ledger.adjusting import Adjustment, adjust
from loyalty.rewards.models import Redemption, Voucher
from tests.world.access import a_staff
from tests.world.ledger import TILL, movements_of, parts_of
from tests.world.programs import currency_of
from tests.world.rewards import (
    NOON,
    a_cafe,
    a_guest,
    a_reward,
    at,
    cancelled,
    given,
    goodwill,
    left_of,
    reward_facts_about,
    the_person,
)

pytestmark = pytest.mark.django_db


def refusal_of(work):
    with pytest.raises(DomainError) as caught:
        work()
    return caught.value


class TestGifts:
    def test_cost_nothing_and_bring_a_voucher(self):
        """W-26: stock applies, points do not."""
        cafe = a_cafe(a_reward(stock=2))
        ada = a_guest(cafe, 0)

        handed = given(ada)

        assert (handed.redemption.points, handed.redemption.origin) == (0, "campaign")
        assert (len(handed.vouchers), left_of(cafe), movements_of(ada)) == (1, 1, [])
        assert reward_facts_about(ada) == ["reward.given", "voucher.issued"]

    def test_count_once_per_key(self):
        """W-26: told again, the first answer."""
        ada = a_guest(a_cafe(a_reward(stock=2)), 0)
        first = given(ada, key="wave-1").redemption

        again = given(ada, key="wave-1")

        assert (again.redemption.pk, again.repeated) == (first.pk, True)
        assert (Redemption.objects.count(), left_of(ada.program)) == (1, 1)

    def test_of_something_else_under_the_key_are_refused(self):
        """W-26."""
        ada = a_guest(a_cafe(), 0)
        given(ada, key="wave-1")

        assert refusal_of(lambda: given(ada, key="wave-1", quantity=2)).code == "gift_conflict"
        assert Redemption.objects.count() == 1

    def test_mind_stock_and_windows_but_limits_only_if_told(self):
        """W-26, W-74: what a campaign gives is bounded by the stock."""
        cafe = a_cafe(a_reward(stock=2, limits=[{"times": 1, "period": "ever"}]))
        ada = a_guest(cafe, 0)
        given(ada, minds_limits=False)

        assert refusal_of(lambda: given(ada)).code == "limit_reached"
        given(ada, minds_limits=False)
        assert refusal_of(lambda: given(ada, minds_limits=False)).code == "reward_out_of_stock"

    def test_to_suspended_members_are_refused(self):
        """W-14: nothing is handed out."""
        from loyalty.members.changing import set_status
        from loyalty.members.kinds import MemberStatus

        ada = a_guest(a_cafe(), 0)
        set_status(members=[ada], status=MemberStatus.SUSPENDED, actor=TILL, at=NOON)

        assert refusal_of(lambda: given(ada)).code == "member_suspended"
        assert not Voucher.objects.exists()


class TestGoodwill:
    def test_needs_a_known_reason_and_a_note(self):
        """W-72."""
        ada = a_guest(a_cafe(), 0)
        support = a_staff(ada.program, "support")

        assert refusal_of(lambda: goodwill(ada, by=support, note=" ")).code == "reason_missing"
        assert refusal_of(lambda: goodwill(ada, by=support, reason="luck")).code == "reason_unknown"
        assert not StaffBudget.objects.exists()

    def test_shares_its_budget_with_adjustments(self):
        """W-72, S-25: one budget for both."""
        cafe = a_cafe(a_reward(price=500))
        ada, support = a_guest(cafe, 0), a_staff(cafe, "support")
        goodwill(ada, by=support)

        told = Adjustment(points=1501, reason="goodwill", note="Sorry.", currency_id=currency_of(cafe).pk)  # fmt: skip
        asked = {"program": cafe, "member_ids": [ada.pk], "adjustment": told, "actor": the_person(support), "at": NOON}  # fmt: skip
        assert refusal_of(lambda: adjust(key=new_id(), **asked)).code == "budget_exhausted"

        assert (parts_of(ada)[0], StaffBudget.objects.get().used) == (0, 500)

    def test_of_others_than_support_and_manager_is_refused(self):
        """S-25: others have no budget."""
        ada = a_guest(a_cafe(), 0)

        refusal = refusal_of(lambda: goodwill(ada, by=a_staff(ada.program, "marketer")))

        assert (refusal.code, refusal.values["limit"]) == ("budget_exhausted", 0)

    def test_taken_back_on_the_day_may_be_given_again(self):
        """W-73; a day later it may not."""
        cafe = a_cafe(a_reward(price=2000))
        ada, support = a_guest(cafe, 0), a_staff(cafe, "support")
        row = goodwill(ada, by=support).handed.redemption

        cancelled(row, by=the_person(support))

        assert StaffBudget.objects.get().used == 0
        row = goodwill(ada, by=support).handed.redemption
        cancelled(row, when=at("2026-11-22T10:00"))
        assert StaffBudget.objects.get().used == 2000

    def test_under_the_same_key_counts_once(self):
        """W-72: a double click."""
        ada = a_guest(a_cafe(), 0)
        support, key = a_staff(ada.program, "support"), new_id()

        for _time in range(2):
            goodwill(ada, by=support, key=key)

        assert (Redemption.objects.count(), StaffBudget.objects.get().used) == (1, 100)

    @pytest.mark.parametrize(("price", "waits"), [(4999, False), (5000, False), (5001, True)])
    def test_above_the_limit_asks_a_second_person(self, price, waits):
        """W-73, S-26: just below, at, above."""
        cafe = a_cafe(a_reward(price=price))
        ada, manager = a_guest(cafe, 0), a_staff(cafe, "manager")

        outcome = goodwill(ada, by=manager)

        assert (outcome.proposal is not None, outcome.handed is None) == (waits, waits)
        assert Redemption.objects.count() == (0 if waits else 1)

    def test_in_slices_asks_a_second_person_too(self):
        """S-26: sums over a day."""
        cafe = a_cafe(a_reward(price=3000))
        ada, manager = a_guest(cafe, 0), a_staff(cafe, "manager")
        goodwill(ada, by=manager)

        assert goodwill(ada, by=manager).proposal is not None

    def test_counts_for_points_by_hand_and_the_other_way_round(self):
        """S-26: gifts worth 3,000 and then 2,001 points; 3,000 points and then a gift. A cancelled gift is none."""
        cafe = a_cafe(a_reward(price=3000), a_reward("tea", price=2001))
        ada, grace = (a_guest(cafe, 0, name=name) for name in ("ada", "grace"))
        manager, currency = a_staff(cafe, "manager"), currency_of(cafe).pk

        def adjusted(member, points):
            told = Adjustment(points=points, reason="goodwill", note="Sorry.", currency_id=currency)
            asked = {"program": cafe, "member_ids": [member.pk], "at": NOON}
            return adjust(adjustment=told, key=new_id(), actor=the_person(manager), **asked)

        row = goodwill(ada, by=manager).handed.redemption
        assert adjusted(ada, 2000).proposal is None
        assert adjusted(ada, 1).proposal is not None
        cancelled(row)
        assert adjusted(ada, 1).proposal is None

        assert adjusted(grace, 3000).proposal is None
        assert goodwill(grace, "tea", by=manager).proposal is not None

    def test_is_given_when_approved(self):
        """W-73, S-27: by another person, on that day's state, once."""
        cafe = a_cafe(a_reward(price=6000))
        ada, manager, owner = a_guest(cafe, 0), a_staff(cafe, "manager"), a_staff(cafe, "owner")
        proposal = goodwill(ada, by=manager).proposal
        asked = {"program": cafe, "proposal_id": proposal.pk, "at": NOON}
        assert refusal_of(lambda: approve(actor=the_person(manager), **asked)).code == "second_person_needed"  # fmt: skip

        approve(actor=the_person(owner), **asked)

        row = Redemption.objects.get()
        assert (row.actor_id, row.origin, row.worth) == (manager.user.pk, "gift", 0)
        assert Proposal.objects.get().state == "approved"
        assert refusal_of(lambda: approve(actor=the_person(owner), **asked)).code == "proposal_decided"  # fmt: skip
        assert Redemption.objects.count() == 1

    def test_never_to_ones_own_member(self):
        """W-73, S-28."""
        from loyalty.members.contacts import email_digest
        from loyalty.members.models import MemberProfile

        cafe = a_cafe()
        me, support = a_guest(cafe, 0), a_staff(cafe, "support")
        support.user.email = "me@cafe.example"
        support.user.save()
        digest = email_digest(program_id=cafe.pk, email=support.user.email)
        MemberProfile.objects.filter(member=me).update(email_digest=digest)

        assert refusal_of(lambda: goodwill(me, by=support)).code == "own_member"
        assert not Redemption.objects.exists()
