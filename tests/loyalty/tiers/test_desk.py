"""The admin: revisions of the ladder, who would move, and where members stand."""

import json

import pytest
from django.urls import reverse

from loyalty.tiers.models import LadderRevision, TierGrant
from tests.world.access import a_staff
from tests.world.ledger import a_member
from tests.world.tiers import TIERS, a_cafe, a_gold_member, a_ladder, earned, granted, noon, tier_of

pytestmark = pytest.mark.django_db

LADDERS = "admin:loyalty_ladderrevision"
STANDINGS = "admin:loyalty_standing"


def live(program):
    return LadderRevision.objects.get(ladder__program=program, state="live")


class TestLadder:
    def drafted(self, staff, **change):
        tiers = [tier | {"reach": change.get(tier["slug"], tier["reach"])} for tier in TIERS]
        body = {"definition": json.dumps(a_ladder(tiers=tiers))}
        return staff.post(reverse(f"{LADDERS}_add"), body, follow=True)

    def test_draft_preview_publish(self):
        """T-3, T-40, T-41: written, looked at, put in force."""
        program = a_cafe()
        grace = a_member(program, "grace")
        earned(1250, by=grace, on="2026-11-20")
        staff = a_staff(program, "manager")

        assert "definition" in staff.get(reverse(f"{LADDERS}_add")).content.decode()
        assert self.drafted(staff, gold=1200).status_code == 200
        draft = LadderRevision.objects.get(state="draft")
        page = staff.get(reverse(f"{LADDERS}_preview", args=[draft.pk])).content.decode()
        assert "<td>silver</td><td>gold</td>" in page

        staff.post(
            reverse(f"{LADDERS}_changelist"),
            {"action": "publish_draft", "_selected_action": [str(draft.pk)]},
        )

        assert (live(program).number, live(program).state) == (2, "live")
        assert staff.get(reverse(f"{LADDERS}_changelist")).status_code == 200
        assert staff.get(reverse(f"{LADDERS}_change", args=[draft.pk])).status_code == 200

    def test_refuses_a_ladder_that_does_not_rise(self):
        """T-2: with a sentence, and nothing is kept."""
        program = a_cafe()
        staff = a_staff(program, "manager")

        page = self.drafted(staff, gold=400).content.decode()

        assert "Tier gold is reached with 400" in page
        assert LadderRevision.objects.count() == 1

    def test_support_may_look_and_not_write(self):
        """S-21."""
        program = a_cafe()
        staff = a_staff(program, "support")

        assert staff.get(reverse(f"{LADDERS}_changelist")).status_code == 200
        assert staff.get(reverse(f"{LADDERS}_add")).status_code == 403


class TestStandings:
    def test_shows_days_moves_and_why(self):
        """T-36, T-37."""
        program = a_cafe()
        ada = a_gold_member(program)
        staff = a_staff(program, "support")

        page = staff.get(reverse(f"{STANDINGS}_change", args=[ada.pk])).content.decode()

        assert "Gold takes 1500; that was reached on 2026-06-10." in page
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
