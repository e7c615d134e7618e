"""What a draft, or the end of a rule, would have made of past events (E-80)."""

import pytest

from loyalty.ledger.merging import merge
from loyalty.ledger.models import Entry
from loyalty.members.models import Member
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_event, an_order, taken
from tests.world.ledger import moving, posted
from tests.world.programs import applied
from tests.world.replaying import (
    DOUBLE,
    STAFF,
    a_draft,
    a_past,
    days_ago,
    sums_of,
    the_member,
    the_rule,
    tried,
)
from tests.world.tiers import a_ladder

pytestmark = pytest.mark.django_db(transaction=True)

REVIEW = {"triggers": ["review.written"], "effect": {"kind": "fixed", "points": 50}}


class TestWhatIf:
    def test_a_draft_is_tried_in_place_of_what_its_rule_said(self):
        """E-80: members up, points before and after, what would still be outstanding, winners; nothing moves."""
        cafe = a_past()
        entries = Entry.objects.count()

        tally = tried(a_draft(cafe, effect=DOUBLE))

        assert (tally["events"], tally["events_changed"]) == (3, 3)
        assert tally["members"] == {"up": 2}
        assert sums_of(tally) == (60, 120, 60)
        assert [row[2:] for row in tally["winners"]] == [[40, 80], [20, 40]]
        assert tally["losers"] == []
        assert Entry.objects.count() == entries
        assert the_rule().state == "live"

    def test_the_end_of_a_rule_takes_only_what_it_gave(self):
        cafe = a_past(a_rule(), a_rule("bonus", effect={"kind": "fixed", "points": 5}))

        tally = tried(the_rule("bonus"), change="end")

        assert tally["members"] == {"down": 2}
        assert sums_of(tally) == (75, 60, -15)
        assert cafe.version >= 1

    def test_points_that_were_spent_cannot_be_missing(self):
        """What is outstanding goes no lower than what is there."""
        cafe = a_past()
        ada = the_member("ada", cafe)
        posted(moving(-30, of=ada), at=NOON)

        tally = tried(the_rule(), change="end")

        assert sums_of(tally) == (60, 0, -30)

    def test_events_before_the_window_and_void_ones_stand_aside(self):
        cafe = a_past()

        tally = tried(a_draft(cafe, effect=DOUBLE), days=4)

        assert sums_of(tally) == (20, 40, 20)
        assert tally["events"] == 1

    def test_a_return_counts_on_both_sides(self):
        """E-62: what came back is asked back of both, so only the rest differs."""
        cafe = a_past()
        back = {"order_id": "o2", "amount": 1500, "currency": "EUR"}
        taken(cafe, an_event("order.returned", source_id="r1", data=back, at=days_ago(2)))

        tally = tried(a_draft(cafe, effect=DOUBLE))

        assert sums_of(tally) == (45, 90, 45)

    def test_a_limit_reaches_back_before_the_window(self):
        """E-42: what was used in the month before the window begins is not free again."""
        limits = {"points_per_member": {"points": 35, "period": "month"}}
        cafe = a_past(a_rule(limits=limits))

        tally = tried(a_draft(cafe, effect=DOUBLE, limits=limits), days=6)

        assert sums_of(tally) == (45, 60, 15)
        assert tally["trims"] == {"points_per_member": {"before": 5, "after": 40}}

    def test_what_counts_once_counts_once_in_the_replay(self):
        """E-40: the gates are the same, and the report says how often they stopped a rule."""
        cafe = a_cafe(a_rule("review", **REVIEW), enrol_on_event=True)
        told = [
            an_event("review.written", source_id=f"r{n}", data={"sku": "ESP-1"}, at=days_ago(5 - n))
            for n in range(3)
        ]
        taken(cafe, *told)

        tally = tried(a_draft(cafe, "review", **REVIEW, limits={"once_per": ["data.sku"]}))

        assert sums_of(tally) == (150, 50, -100)
        assert tally["trims"] == {"once_per": {"after": 2}}

    def test_a_budget_is_shared_by_all_members_in_their_order(self):
        """E-44: carried from range to range."""
        cafe = a_past()
        budget = {"budget": {"points": 50, "period": "ever"}}

        tally = tried(a_draft(cafe, limits=budget))

        assert sums_of(tally)[1] == 50
        assert tally["trims"] == {"budget": {"after": 10}}

    def test_other_rules_are_judged_with_it(self):
        """E-32: the draft stands alone, so the other rule gives nothing."""
        cafe = a_past()
        alone = {"effect": {"kind": "fixed", "points": 1}, "exclusive": True, "priority": 9}

        tally = tried(a_draft(cafe, "alone", **alone))

        assert sums_of(tally) == (60, 3, -57)

    def test_says_who_would_stand_in_another_tier(self):
        """T-10: points that count for tiers lift whoever they would have lifted."""
        counting = {"counts_for_tier": True}
        cafe = a_past(a_rule(**counting))
        ladder = a_ladder(
            tiers=[
                {"slug": "bronze", "name": {"en": "Bronze"}, "reach": 0},
                {"slug": "silver", "name": {"en": "Silver"}, "reach": 75},
            ]
        )
        applied({"program": {"slug": cafe.slug}, "tiers": ladder})

        tally = tried(a_draft(cafe, effect=DOUBLE, **counting))

        assert tally["tiers"] == {"bronze>silver": 1}

    def test_its_own_dates_are_left_out_and_windows_are_not(self):
        """A draft for December can be tried in November; a happy hour stays an hour."""
        cafe = a_past()
        later = {"starts_at": "2027-01-01T00:00:00+02:00"}

        assert sums_of(tried(a_draft(cafe, effect=DOUBLE, **later)))[1] == 120
        assert (
            sums_of(
                tried(a_draft(cafe, effect=DOUBLE, windows=[{"from": "03:00", "to": "04:00"}]))
            )[1]
            == 0
        )

    def test_what_was_kept_from_earning_stays_so(self):
        """E-6: a suspended member's order earned nothing and would not."""
        cafe = a_past()
        Member.objects.filter(external_id="ada").update(status="suspended")
        taken(cafe, an_order("o4", total=9000, at=days_ago(1)))

        assert sums_of(tried(a_draft(cafe, effect=DOUBLE))) == (60, 120, 60)

    def test_a_member_who_was_merged_is_answered_for_by_the_survivor(self):
        """L-52: their events count for whoever answers today."""
        cafe = a_past()
        grace, ada = the_member("grace", cafe), the_member("ada", cafe)
        merge(program=cafe, source=grace, target=ada, actor=STAFF, at=NOON)

        tally = tried(a_draft(cafe, effect=DOUBLE))

        assert tally["members"] == {"up": 1}
        assert [row[2:] for row in tally["winners"]] == [[60, 120]]
