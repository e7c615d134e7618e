"""What time alone does to badges: suspensions and awards that end, the review of each night, rarity (G-31, G-41 to G-45)."""

from functools import partial

import pytest

from gamification.badges.awards.by_hand import let_stand, suspend
from gamification.badges.models import Award, AwardChange
from gamification.badges.nightly import count_rarity, earliest_end, end_due, review
from gamification.badges.refusals import BadgeReasonRequired, SuspensionIsOver
from loyalty.foundation.refusals import NotFound
from tests.world.access import a_shop
from tests.world.badges import awards_of, facts_of
from tests.world.members import a_member
from tests.world.play import (
    FIRST_CUP,
    a_cafe,
    at,
    bought,
    happened,
    heard,
    in_a_unit,
    member_of,
)
from tests.world.programs import a_program
from tests.world.referrals import KEY

pytestmark = pytest.mark.django_db

ORDERS = {"measure": {"kind": "deeds.count", "of": "order.paid"}}


def state_of(cafe):
    """The only award of Ada."""
    return next(iter(awards_of(cafe).values()))[0]


def held_back(cafe, *, until="11-20 09:00", reason="We are looking into it."):
    return suspend(
        program=cafe,
        award_id=Award.objects.get().pk,
        until=at(until),
        reason=reason,
        actor=KEY,
        at=at("11-10 09:00"),
    )


def reviewed(cafe, when):
    """One night, page by page."""
    cursor = in_a_unit(partial(review, program=cafe, cursor=None, at=at(when)))
    while cursor:
        cursor = in_a_unit(partial(review, program=cafe, cursor=cursor, at=at(when)))


class TestASuspension:
    """G-41, G-44."""

    def test_ends_by_itself(self):
        cafe = a_cafe(badges=[FIRST_CUP])
        bought(cafe, "o-1", when="11-02 09:00")

        held_back(cafe)
        bought(cafe, "o-2", when="11-12 09:00")
        no_rule_ends_it = state_of(cafe)
        end_due(program=cafe, at=at("11-20 08:59:59"))
        just_before = state_of(cafe)
        falls_due = earliest_end(until=at("12-01 09:00"), program_id=cafe.pk)
        end_due(program=cafe, at=at("11-20 09:00"))
        end_due(program=cafe, at=at("11-20 09:00"))

        assert (no_rule_ends_it, just_before, state_of(cafe)) == (
            "suspended",
            "suspended",
            "active",
        )
        assert falls_due == {cafe.pk: at("11-20 09:00")}
        assert Award.objects.get().suspended_until is None
        assert list(AwardChange.objects.order_by("pk").values_list("to_state", flat=True)) == [
            "active",
            "suspended",
            "active",
        ]
        assert (
            facts_of(cafe, "badge.revoked") == facts_of(cafe, "badge.reinstated") == ["first-cup"]
        )

    def test_ends_on_a_day_to_come(self):
        """badge_suspension_over: what has ended already would hold nothing back."""
        cafe = a_cafe(badges=[FIRST_CUP])
        bought(cafe, "o-1", when="11-02 09:00")

        with pytest.raises(SuspensionIsOver):
            held_back(cafe, until="11-10 09:00")

        assert state_of(cafe) == "active"

    def test_is_ended_before_its_time_once(self):
        """G-41, G-44: told again nothing changes, and not without a reason."""
        cafe = a_cafe(badges=[FIRST_CUP])
        bought(cafe, "o-1", when="11-02 09:00")
        award = held_back(cafe)
        told = {"program": cafe, "award_id": award.pk, "actor": KEY, "at": at("11-12 09:00")}

        with pytest.raises(BadgeReasonRequired):
            let_stand(reason=" ", **told)
        still = state_of(cafe)
        for _twice in range(2):
            let_stand(reason="All is well.", **told)

        assert (still, state_of(cafe)) == ("suspended", "active")
        assert facts_of(cafe, "badge.reinstated") == ["first-cup"]

    def test_needs_a_reason(self):
        cafe = a_cafe(badges=[FIRST_CUP])
        bought(cafe, "o-1", when="11-02 09:00")

        with pytest.raises(BadgeReasonRequired):
            held_back(cafe, reason=" ")

        assert state_of(cafe) == "active"
        assert AwardChange.objects.count() == 1

    def test_is_for_awards_of_the_programme(self):
        cafe = a_cafe(badges=[FIRST_CUP])
        bought(cafe, "o-1", when="11-02 09:00")

        with pytest.raises(NotFound):
            held_back(a_program("other"))

        assert state_of(cafe) == "active"


def test_an_award_ends_when_its_time_is_over():
    """G-41, `valid_for`: to the second, on the clock of the programme; it is told, and the row stays."""
    cafe = a_cafe(badges=[FIRST_CUP | {"valid_for": "P1M"}])
    bought(cafe, "o-1", when="11-02 09:00")

    end_due(program=cafe, at=at("12-02 08:59:59"))
    before = state_of(cafe)
    end_due(program=cafe, at=at("12-02 09:00"))

    assert (before, state_of(cafe)) == ("active", "expired")
    assert facts_of(cafe, "badge.revoked") == ["first-cup"]
    assert AwardChange.objects.count() == 2


class TestTheReviewOfANight:
    """G-42."""

    def test_takes_back_what_is_no_longer_true(self):
        season = {"measure": {"kind": "date.within", "from": "2026-11-01", "to": "2026-12-01"}}
        badge = FIRST_CUP | {"revocation": "while_true", "condition": {"all": [ORDERS, season]}}
        cafe = a_cafe(badges=[badge])
        bought(cafe, "o-1", when="11-02 09:00")

        reviewed(cafe, "11-30 21:59:59")
        in_season = state_of(cafe)
        reviewed(cafe, "12-03 02:00")

        assert (in_season, state_of(cafe)) == ("active", "revoked")
        assert facts_of(cafe, "badge.revoked") == ["first-cup"]

    def test_finds_what_time_has_brought(self):
        """Nobody does anything: a year of membership is reached by the clock."""
        condition = {"measure": {"kind": "member.tenure", "unit": "years"}}
        cafe = a_cafe(badges=[FIRST_CUP | {"condition": condition}])
        joined = member_of(cafe).joined_at

        reviewed(cafe, "2026-12-31 02:00")
        early = awards_of(cafe)
        for _night in range(2):
            reviewed(cafe, "2028-01-31 02:00")

        assert early == {}
        (award,) = Award.objects.all()
        assert (award.state, award.earned_at.year) == ("active", joined.year + 1)
        assert AwardChange.objects.count() == 1

    @pytest.mark.parametrize(("holders", "per_mille"), [(9, None), (10, 833)])
    def test_counts_how_rare_a_badge_is(self, holders, per_mille):
        """G-45: of members who did anything in twelve months, holders among them; nothing under ten of these."""
        cafe = a_cafe(member="", badges=[FIRST_CUP])
        for number in range(holders):
            a_member(cafe, f"guest-{number}")
            bought(cafe, f"o-{number}", who=f"guest-{number}", when="11-02 09:00", heard=False)
        for name in ("ada", "grace"):
            a_member(cafe, name)
            happened(cafe, "visit.made", who=name, when="11-03 09:00")
        a_member(cafe, "long-gone")
        bought(cafe, "o-gone", who="long-gone", when="2025-10-02 09:00", heard=False)
        heard(cafe)

        in_a_unit(partial(count_rarity, program=cafe, at=at("11-04 02:00")))

        (badge,) = a_shop(cafe).get("/v1/badges").json()["data"]
        assert badge["tiers"][0]["per_mille"] == per_mille
