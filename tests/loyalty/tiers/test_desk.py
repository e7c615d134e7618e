"""The admin: revisions of the ladder, who would move, and where members stand."""

import pytest
from django.urls import reverse

from loyalty.access.approvals.models import Proposal
from loyalty.tiers.models import LadderRevision, TierGrant
from tests.world.access import a_staff
from tests.world.ladder_forms import posted
from tests.world.ledger import a_member
from tests.world.tiers import a_cafe, a_gold_member, a_ladder, earned, granted, noon, tier_of

pytestmark = pytest.mark.django_db

LADDERS = "admin:loyalty_ladderrevision"
STANDINGS = "admin:loyalty_standing"


def live(program):
    return LadderRevision.objects.get(ladder__program=program, state="live")


class TestLadder:
    """T-3, T-40, T-41: written in a form, looked at, put in force by two people."""

    def page_of(self, staff, told, address=f"{LADDERS}_add"):
        return staff.post(reverse(address), told, follow=True).content.decode()

    def drafted(self, staff, program, **change):
        told = posted(program, a_ladder(), **change)
        self.page_of(staff, {**told.dict(), "keep": "1"})
        return LadderRevision.objects.filter(state="draft").order_by("-number").first()

    def test_who_would_move_is_seen_before_anything_is_kept(self):
        program = a_cafe()
        grace = a_member(program, "grace")
        earned(1250, by=grace, on="2026-11-20")
        staff = a_staff(program, "manager")
        told = posted(program, a_ladder(), **{"tier-2-reach": "1200", "tier-2-name__fa": "طلایی"})

        page = self.page_of(staff, {**told.dict(), "try": "1"})

        assert "<td>Silver</td><td>Gold</td>" in page
        assert ">gold/reach</code>" in page
        assert not LadderRevision.objects.filter(state="draft").exists()

    def test_two_people_publish_what_moves_members(self):
        """S-26: kept, proposed by one, approved by the other."""
        program = a_cafe()
        grace = a_member(program, "grace")
        earned(1250, by=grace, on="2026-11-20")
        mira, oleh = a_staff(program, "manager"), a_staff(program, "owner")
        draft = self.drafted(mira, program, **{"tier-2-reach": "1200"})
        address = reverse(f"{LADDERS}_preview", args=[draft.pk])
        assert "a second person has to approve it" in mira.get(address).content.decode()

        mira.post(address)
        assert live(program).number == 1
        proposals = reverse("admin:loyalty_proposal_changelist")
        page = oleh.get(proposals).content.decode()
        assert "Publish revision 2 of the ladder. It changes: gold/reach: 1500 → 1200" in page
        chosen = {"action": "approve_chosen", "_selected_action": [str(Proposal.objects.get().pk)]}
        oleh.post(proposals, chosen)

        assert (live(program).number, live(program).state) == (2, "live")
        assert oleh.get(reverse(f"{LADDERS}_change", args=[draft.pk])).status_code == 200

    def test_one_publishes_what_moves_nobody(self):
        program = a_cafe()
        staff = a_staff(program, "manager")
        draft = self.drafted(staff, program, **{"tier-2-reach": "1200"})
        chosen = {"action": "publish_draft", "_selected_action": [str(draft.pk)]}

        staff.post(reverse(f"{LADDERS}_changelist"), chosen)

        assert live(program).number == 2
        assert staff.get(reverse(f"{LADDERS}_changelist")).status_code == 200
        assert staff.get(reverse(f"{LADDERS}_preview", args=[draft.pk])).status_code == 302

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"tier-2-reach": "400"}, "Tier gold is reached with 400"),
            ({"tier-2-keep": "1600"}, "but kept only with 1600"),
            ({"tier-2-gone": "on"}, "Tier gold is gone; say which tier takes over."),
            ({"tier-2-multiplier": "11"}, "This does not have the expected form."),
            ({"grace": "366"}, "less than or equal to 365"),
            ({"notice_0": ""}, "This field is required."),
            ({"notice_0": "soon"}, "Enter a whole number."),
            ({"tier-2-reach": "many"}, "Write a whole number."),
            ({"tier-2-more": "{"}, "This is not JSON"),
        ],
    )
    @pytest.mark.parametrize("button", ["keep", "live"])
    def test_refuses_with_a_sentence_and_keeps_nothing(self, change, said, button):
        """T-2, T-41: at the row that it is about, also while somebody writes."""
        program = a_cafe()
        told = posted(program, a_ladder(), **change)

        page = self.page_of(a_staff(program, "manager"), {**told.dict(), button: "1"})

        assert said in page
        assert LadderRevision.objects.count() == 1

    def test_support_may_look_and_not_write(self):
        """S-21."""
        program = a_cafe()
        draft = self.drafted(a_staff(program, "manager"), program, **{"tier-2-reach": "1200"})
        staff = a_staff(program, "support")

        assert staff.get(reverse(f"{LADDERS}_changelist")).status_code == 200
        assert staff.get(reverse(f"{LADDERS}_add")).status_code == 403
        assert staff.get(reverse(f"{LADDERS}_preview", args=[draft.pk])).status_code == 200
        assert staff.post(reverse(f"{LADDERS}_preview", args=[draft.pk])).status_code == 403


class TestStandings:
    def test_shows_days_moves_and_why(self):
        """T-36, T-37."""
        program = a_cafe()
        ada = a_gold_member(program)
        staff = a_staff(program, "support")

        page = staff.get(reverse(f"{STANDINGS}_change", args=[ada.pk])).content.decode()

        assert "Gold takes 1500; that was reached on 10 June 2026." in page
        assert "<td>silver</td><td>gold</td><td>Reached</td>" in page
        assert staff.get(reverse(f"{STANDINGS}_changelist")).status_code == 200

    def test_gives_a_tier_through_the_rule(self):
        """T-20: reason from the list and a note, or nothing happens."""
        program = a_cafe()
        ada = a_gold_member(program)
        staff = a_staff(program, "manager")
        told = {
            "action": "give_tier",
            "_selected_action": [str(ada.pk)],
            "tier": "platinum",
            "until": "2027-11-20",
            "reason": "goodwill",
        }

        staff.post(reverse(f"{STANDINGS}_changelist"), told)
        assert not TierGrant.objects.exists()

        staff.post(reverse(f"{STANDINGS}_changelist"), told | {"note": "broke her cup"})
        given = TierGrant.objects.get()
        assert (given.actor_kind, given.actor_id, given.slug) == (
            "staff",
            staff.user.pk,
            "platinum",
        )
        assert tier_of(ada) == "platinum"

    def test_ends_a_grant(self):
        """T-21."""
        program = a_cafe()
        ada = a_member(program)
        given = granted("gold", to=ada, until="2027-02-01", at=noon("2026-11-02", program))
        staff = a_staff(program, "manager")

        address = reverse("admin:loyalty_tiergrant_changelist")
        assert staff.get(address).status_code == 200
        told = {"action": "end_grants", "_selected_action": [str(given.pk)]}
        staff.post(address, told | {"reason": "mistake"})

        given.refresh_from_db()
        assert given.ended_reason == "mistake"
        assert tier_of(ada) == "bronze"
