"""Why this tier, what keeps it, what is missing, until when: for staff, in four languages, every number re-added (T-36)."""

from datetime import date, timedelta
from random import Random

import pytest
from django.urls import reverse

from loyalty.tiers.ladders.reading import ladder_of
from loyalty.tiers.maths.pacing import reached_at_pace
from loyalty.tiers.maths.values import Climber, Tally
from loyalty.tiers.models import TierDay
from loyalty.tiers.telling.explaining import explain_tier
from tests.world.access import a_staff
from tests.world.ledger import a_member
from tests.world.programs import a_program
from tests.world.tiers import (
    a_cafe,
    a_gold_member,
    an_order,
    counted,
    earned,
    granted,
    lived_until,
    noon,
)

pytestmark = pytest.mark.django_db

LADDERS = [
    {},
    {"cycle": {"kind": "rolling", "period": "P3M"}, "grace": "P10D"},
    {"cycle": {"kind": "calendar", "starts_on": "07-01"}},
    {"cycle": {"kind": "member_year"}, "drop": "to_metric"},
    {"cycle": {"kind": "lifetime"}},
]


def summed(member, first, last):
    """What the member's days say themselves."""
    days = TierDay.objects.filter(member=member, day__range=(first, last))
    return sum(days.values_list("points", flat=True)), days.count()


class TestEveryNumber:
    @pytest.mark.parametrize("terms", LADDERS, ids=lambda terms: str(terms.get("cycle", "rolling")))
    @pytest.mark.parametrize("seed", range(3))
    def test_re_adds(self, terms, seed):
        """Section 15: each number of each step is a sum of days, a threshold, or the difference of two."""
        random = Random(seed)
        program = a_cafe(zone=["Europe/Kyiv", "Asia/Tehran", "UTC"][seed], **terms)
        ada = a_member(program, at=noon("2025-02-28", program))
        at = noon("2025-03-01", program)
        for _ in range(12):
            at += timedelta(days=random.randrange(70))
            lived_until(at.date().isoformat(), program)
            earned(random.randrange(100, 1200), by=ada, on=at)
        reach = {"Bronze": 0, "Silver": 500, "Gold": 1500, "Platinum": 4000}

        steps = {
            step["code"]: step["values"]
            for step in explain_tier(program=program, member_id=ada.pk, at=at)["steps"]
        }

        told = steps["counted"]
        assert (told["counted"], told["days"]) == summed(ada, told["first"], told["last"])
        if "keeping" in steps:
            keeping = steps["keeping"]
            last = min(at.date().isoformat(), steps.get("grace", keeping)["through"])
            assert keeping["counted"] == summed(ada, keeping["first"], last)[0]
            assert keeping["keep"] == reach[keeping["tier"]]
        if "grace" in steps:
            assert steps["grace"]["missing"] == keeping["keep"] - keeping["counted"]
        for code in {"next", "next_without_end"} & {*steps}:
            assert steps[code]["reach"] == reach[steps[code]["tier"]]
            assert steps[code]["missing"] == steps[code]["reach"] - told["counted"]
        if "reached" in steps:
            assert steps["reached"]["reach"] == reach[steps["reached"]["tier"]]
        if "pace" in steps:
            pace = steps["pace"]
            first = at.date() - timedelta(days=pace["days"] - 1)
            assert pace["counted"] == summed(ada, first, at.date())[0]


class TestPace:
    """T-35: a guess, if the member goes on as lately."""

    def on(self, days, *, today="2026-07-01", joined_on="2025-01-01", **terms):
        live = ladder_of(a_cafe(**terms).pk).live.terms
        told = [(date.fromisoformat(day), points) for day, points in days]
        climber = Climber(terms=live, tally=Tally(told), joined_on=date.fromisoformat(joined_on))
        day = reached_at_pace(climber, live.by_slug["gold"], today=date.fromisoformat(today))
        return day and str(day)

    def test_goes_on_as_in_the_last_ninety_days(self):
        """900 in ninety days are ten a day: 600 more take sixty."""
        assert self.on([("2026-04-03", 450), ("2026-06-30", 450)]) == "2026-08-30"

    @pytest.mark.parametrize(("period", "on"), [("P3M", None), ("P12M", "2026-08-30")])
    def test_what_leaves_the_window_is_missed(self, period, on):
        """A day that carried 700 leaves on 10 July; ten a day never make 1,500 in three months."""
        days = [("2026-04-10", 700), ("2026-06-30", 200)]

        assert self.on(days, cycle={"kind": "rolling", "period": period}) == on

    @pytest.mark.parametrize(
        ("cycle", "on"),
        [
            ({"kind": "calendar", "starts_on": "01-01"}, None),
            ({"kind": "lifetime"}, "2028-09-10"),
        ],
        ids=["calendar", "lifetime"],
    )
    def test_a_new_cycle_begins_at_nothing(self, cycle, on):
        assert self.on([("2026-10-20", 180)], today="2026-11-20", cycle=cycle) == on

    def test_says_nothing_of_who_is_new_or_has_stopped(self):
        assert self.on([("2026-06-30", 900)], joined_on="2026-06-25") is None
        assert self.on([("2026-01-10", 900)]) is None


class TestThePage:
    def page(self, member, *, role="support", language="en"):
        address = reverse("admin:loyalty_standing_of_member", args=[member.pk])
        staff = a_staff(member.program, role)
        return staff.get(address, headers={"accept-language": language})

    def test_says_why_what_keeps_it_what_is_missing_and_until_when(self):
        program = a_cafe(now="2027-05-15")
        ada = a_gold_member(program)
        earned(1100, by=ada, on="2027-03-10")

        page = self.page(ada).content.decode()

        assert "Gold takes 1500; that was reached on 10 June 2026." in page
        assert "Until the end of 30 June 2027, 1100 of 1500 are counted that keep Gold." in page
        assert "Platinum takes 4000; 1900 are missing, and that holds through 9 June 2027." in page
        assert "At the pace of the last 90 days, in which 1100 were counted, Platinum" in page
        assert "<td>Silver</td><td><bdi>400</bdi></td><td><bdi>30 July 2027</bdi></td>" in page
        assert "<td>10 March 2027</td><td><bdi>1100</bdi></td><td><bdi>2100</bdi></td>" in page
        assert "<td>Silver</td><td>Gold</td><td>Reached</td>" in page

    def test_money_is_money_and_a_given_tier_says_so(self):
        program = a_cafe(now="2026-11-20", metric="spend")
        ada = a_member(program)
        counted(
            an_order(ada, on="2026-11-01", spend=1234),
            program=program,
            at=noon("2026-11-01", program),
        )
        granted("gold", to=ada, until="2027-02-01", at=noon("2026-11-02", program))

        page = self.page(ada).content.decode()

        assert "<td><bdi>12.34 EUR</bdi></td>" in page
        assert "Gold is given (staff) until 1 February 2027, 00:00." in page

    @pytest.mark.parametrize(("language", "said"), [("uk", "Чому"), ("ar", "لماذا"), ("fa", "چرا")])
    def test_in_four_languages(self, language, said):
        ada = a_gold_member(a_cafe(now="2026-07-01"))

        page = self.page(ada, language=language).content.decode()

        assert said in page
        assert "Why this tier" not in page
        assert " takes " not in page

    def test_who_may_not_see_tiers_and_whose_programme_it_is_not(self):
        ada = a_gold_member(a_cafe(now="2026-07-01"))
        other = a_staff(a_program("bakery"), "owner")

        assert self.page(ada, role="till").status_code == 403
        address = reverse("admin:loyalty_standing_of_member", args=[ada.pk])
        assert other.get(address).status_code == 404

    def test_without_a_ladder_there_is_no_tier(self):
        assert self.page(a_member(a_program())).status_code == 404

    def test_the_members_page_leads_there(self):
        ada = a_gold_member(a_cafe(now="2026-07-01"))
        staff = a_staff(ada.program, "support")

        page = staff.get(reverse("admin:loyalty_member_change", args=[ada.pk])).content.decode()

        assert reverse("admin:loyalty_standing_of_member", args=[ada.pk]) in page
