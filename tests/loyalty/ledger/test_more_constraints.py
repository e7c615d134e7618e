"""The database refuses alone: holds, debts, claims, merges, seals and proposals (V-63)."""

import pytest

from loyalty.access.approvals.models import Proposal
from loyalty.ledger.models import Claim, Debt, Hold, Merge, Seal
from tests.loyalty.ledger.test_constraints import ada, cafe, copied, refused
from tests.world.access import a_person
from tests.world.ledger import (
    NOW,
    a_member,
    moving,
    posted,
)

__all__ = ["ada", "cafe"]

pytestmark = pytest.mark.django_db


class TestHold:
    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ("points = 0", "hold_sets_points_aside"),
            ("state = 'lost', settled_at = now()", "hold_state_is_known"),
            ("state = 'released'", "hold_is_settled_once_it_ends"),
            ("settled_at = now()", "hold_is_settled_once_it_ends"),
            (
                "state = 'captured', settled_at = now(), captured = 5",
                "hold_is_captured_for_an_order",
            ),
            (
                "state = 'captured', settled_at = now(), captured = 21, order_key = 'o'",
                "hold_is_captured_for_an_order",
            ),
            ("expires_at = held_at", "hold_ends_after_it_begins"),
        ],
    )
    def test_ends_once_and_for_an_order(self, ada, change, constraint):
        """L-30, L-31"""
        sql = f"UPDATE loyalty_hold SET {change} WHERE id = %s"

        assert refused(sql, Hold.objects.get(state="held").pk) == constraint


class TestRecords:
    def test_debts_are_filled_up_to_what_is_owed(self, ada):
        posted(moving(-100, of=ada, kind="return_earned", may_owe=True))

        sql = "UPDATE loyalty_debt SET filled = points + 1 WHERE entry_id = %s"

        assert refused(sql, Debt.objects.get().pk) == "debt_is_filled_up_to_what_is_owed"

    def test_claims_count_once_and_their_parts_make_the_whole(self, ada):
        """L-40"""
        claim = Claim.objects.get()

        assert refused(*copied("loyalty_claim", claim.pk)) == "claim_counts_once"
        told = copied("loyalty_claim", claim.pk, source_key="k", asked=6)
        assert refused(*told) == "claim_parts_make_the_whole"

    def test_a_day_is_sealed_once(self, cafe):
        """L-72"""
        row = Seal.objects.create(program=cafe, day=NOW.date(), rows=0, digest="0" * 64)

        assert refused(*copied("loyalty_seal", row.pk)) == "seal_is_one_per_day"

    def test_a_member_has_one_open_merge_and_not_with_itself(self, cafe, ada):
        """L-52"""
        grace = a_member(cafe, "grace")
        row = Merge.objects.create(program=cafe, source=grace, target=ada, merged_at=NOW)

        assert refused(*copied("loyalty_merge", row.pk)) == "merge_is_open_once_per_member"
        sql = "UPDATE loyalty_merge SET target_id = source_id WHERE id = %s"
        assert refused(sql, row.pk) == "merge_joins_two_members"

    def test_proposals_are_decided_by_another_in_a_known_state(self, cafe):
        """S-27"""
        row = Proposal.objects.create(
            program=cafe,
            deed="ledger.adjust",
            argument={},
            proposed_by=a_person(),
            proposed_at=NOW,
            lapses_at=NOW,
        )
        alone = "UPDATE loyalty_proposal SET state = 'approved', decided_by_id = proposed_by_id WHERE id = %s"

        assert refused(alone, row.pk) == "proposal_is_approved_by_another"
        sql = "UPDATE loyalty_proposal SET state = 'lost' WHERE id = %s"
        assert refused(sql, row.pk) == "proposal_has_a_known_state"
