"""What a draft, or the end of a rule, would have made of past events (E-80)."""

import pytest

from loyalty.earning.replaying.reporting import show_what_if
from loyalty.ledger.merging import merge
from loyalty.ledger.models import Entry
from loyalty.members.models import Member
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_event, an_order, taken
from tests.world.ledger import movements_of, moving, posted
from tests.world.programs import STARS, XP, applied
from tests.world.replaying import (
    DOUBLE,
    STAFF,
    a_draft,
    a_past,
    asked,
    days_ago,
    sums_of,
    the_member,
    the_rule,
    tried,
    worked_on,
)
from tests.world.tiers import a_ladder

pytestmark = pytest.mark.django_db(transaction=True)


def capped(points):
    """Stars, of which a member can have so many at once."""
    return STARS | {"limits": {"balance_cap": points}}


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

    @pytest.mark.parametrize(
        ("dates", "after", "left_out"),
        [
            ({"starts_at": "2027-01-01T00:00:00+02:00"}, 120, True),
            ({"ends_at": "2025-01-01T00:00:00+02:00"}, 120, True),
            ({"starts_at": days_ago(6).isoformat()}, 100, False),
            ({"ends_at": days_ago(6).isoformat()}, 20, False),
            ({"starts_at": days_ago(200).isoformat()}, 120, False),
        ],
    )
    def test_its_own_dates_hold_unless_they_leave_nothing_to_play(self, dates, after, left_out):
        """E-80: a draft for December can be tried on November; one for this week counts for this week only."""
        cafe = a_past()

        what_if = worked_on(asked(a_draft(cafe, effect=DOUBLE, **dates)))

        assert sums_of(what_if.tally)[1] == after
        assert show_what_if(what_if, program=cafe)["dates_left_out"] is left_out

    def test_windows_hold(self):
        """E-25: a happy hour stays an hour."""
        cafe = a_past()

        tally = tried(a_draft(cafe, effect=DOUBLE, windows=[{"from": "03:00", "to": "04:00"}]))

        assert sums_of(tally)[1] == 0

    def test_a_cap_on_balances_cuts_both_sides_by_what_else_moved_them(self):
        """E-43: Ada had 10, spent 5 and got 30 cut to 15; doubled it is 20, less 5, and the cap leaves 5."""
        cafe = a_cafe(a_rule(), enrol_on_event=True, currencies=[capped(20), XP])
        taken(cafe, an_order("o1", total=1000, at=days_ago(9)), at=days_ago(9))
        ada = the_member("ada", cafe)
        posted(moving(-5, of=ada), at=days_ago(7))
        taken(cafe, an_order("o2", total=3000, at=days_ago(5)), at=days_ago(5))
        assert movements_of(ada) == [10, -5, 15]

        tally = tried(a_draft(cafe, effect=DOUBLE))

        assert sums_of(tally)[:2] == (25, 25)
        assert tally["trims"] == {"balance_cap": {"before": 15, "after": 55}}

    def test_a_balance_from_before_the_window_counts_for_its_cap(self):
        """E-43, L-52: and so does what was earned under the other name, once."""
        cafe = a_cafe(a_rule(), enrol_on_event=True, currencies=[capped(35), XP])
        taken(cafe, an_order("o1", total=1000, at=days_ago(9)), at=days_ago(9))
        taken(cafe, an_order("o2", total=1000, at=days_ago(4), member="ext:grace"), at=days_ago(4))
        merge(
            program=cafe,
            source=the_member("ada", cafe),
            target=the_member("grace", cafe),
            actor=STAFF,
            at=days_ago(3),
        )
        taken(cafe, an_order("o3", total=3000, at=days_ago(2), member="ext:grace"), at=days_ago(2))

        tally = tried(a_draft(cafe, effect=DOUBLE), days=6)

        assert sums_of(tally)[:2] == (25, 25)

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
