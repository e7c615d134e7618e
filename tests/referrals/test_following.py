"""Following the ground floor: merges, and members of before the first plan (R-23, R-52, R-54)."""

import pytest

from loyalty.ledger.merging import merge
from loyalty.members.models import Member
from loyalty.outbox.delivering import deliver_until_idle
from referrals.attribution.models import Referral
from referrals.guard.models import IdentityMark
from tests.world.members import a_member
from tests.world.referrals import (
    KEY,
    a_cafe,
    a_friend,
    at,
    bought,
    code_of,
    in_a_unit,
    member_of,
    points_of,
    ticked,
)

pytestmark = pytest.mark.django_db


def merged(program, gone, into, *, when="11-25 09:00"):
    merge(
        program=program,
        source=member_of(program, gone),
        target=member_of(program, into),
        actor=KEY,
        at=at(when),
    )
    deliver_until_idle(program_id=program.pk)


class TestMerging:
    """R-54."""

    def test_of_two_referrals_of_one_friend_the_earlier_stays(self):
        cafe = a_cafe()
        a_member(cafe, "boris")
        a_friend(cafe, "grace", joined="11-10 08:00", code=code_of(cafe).text)
        a_friend(cafe, "grace-2", joined="11-12 08:00", code=code_of(cafe, "boris").text)

        merged(cafe, "grace", "grace-2")

        rows = Referral.objects.filter(friend=member_of(cafe, "grace-2")).order_by("joined_at")
        assert [(row.state, row.advocate.member.external_id) for row in rows] == [
            ("joined", "ada"),
            ("rejected", "boris"),
        ]

    @pytest.mark.parametrize(("approved", "state"), [(False, "rejected"), (True, "reversed")])
    def test_who_turns_out_to_have_brought_themselves(self, approved, state):
        cafe = a_cafe()
        a_friend(cafe, code=code_of(cafe).text)
        bought(cafe)
        if approved:
            ticked(cafe, "12-04 09:00")

        merged(cafe, "grace", "ada", when="12-05 09:00")

        row = Referral.objects.get()
        assert (row.state, row.why) == (state, "same_member")
        assert points_of(cafe, "ada") == 45

    def test_an_advocate_goes_on_as_the_survivor(self):
        cafe = a_cafe()
        a_member(cafe, "ada-2")
        code = code_of(cafe)
        a_friend(cafe, code=code.text)

        merged(cafe, "ada", "ada-2")
        bought(cafe, when="11-26 09:00")
        ticked(cafe, "12-10 09:00")

        assert points_of(cafe, "ada-2") == 500
        assert code_of(cafe, "ada-2").pk == code.pk


def test_members_of_before_the_first_plan_are_marked():
    """R-23: a mailbox that was there before the plan is known all the same."""
    from loyalty.jobs.models import ScheduleRun
    from referrals.guard.remembering import mark_members
    from tests.world.programs import a_program, applied
    from tests.world.referrals import PLAN

    cafe = a_program()
    a_member(cafe, "ada", email="ada@example.org")
    applied({"program": {"slug": cafe.slug}, "referral_plan": PLAN})
    deliver_until_idle(program_id=cafe.pk)

    assert ScheduleRun.objects.filter(job="referrals.mark_members").count() == 1
    assert in_a_unit(lambda: mark_members(program=cafe, cursor=None)) is None
    assert IdentityMark.objects.filter(member=Member.objects.get()).count() == 1
