"""What runs by itself: the demo's friends, and jobs as the tick runs them (R-26, R-50, R-57)."""

from functools import partial

import pytest

from loyalty.imports.playing import ENDS_AT, OPENED_AT, open_cafe
from loyalty.jobs.ticking import do_due
from loyalty.outbox.scheduling import dues
from referrals.attribution.kinds import TouchKind
from referrals.attribution.models import Referral, Touch
from referrals.attribution.touching import Context, touch
from referrals.guard.models import ReferralCheck
from referrals.guard.tasks import forget
from referrals.qualification.playing.friends import SEEN, play_friends
from referrals.rewards.models import ReferralGrant
from tests.world.members import a_member
from tests.world.referrals import (
    a_cafe,
    a_friend,
    at,
    bought,
    code_of,
    in_a_unit,
    referral_of,
    told,
)

pytestmark = pytest.mark.django_db


def test_shows_every_way_a_referral_can_go():
    """R-22, R-41: rewarded, reversed, awaited, waiting, in review, rejected, a household and its second."""
    cafe = open_cafe(digest=b"a log")
    cafe.test_now = ENDS_AT
    cafe.save()
    a_member(cafe, SEEN, at=OPENED_AT)

    play_friends(cafe, ENDS_AT)
    play_friends(cafe, ENDS_AT)

    rows = Referral.objects.filter(program=cafe).select_related("friend")
    assert {row.friend.external_id: (row.state, row.why) for row in rows} == {
        "grace": ("approved", "hold_over"),
        "hedy": ("reversed", "order_returned"),
        "mark": ("review", "same_payment"),
        "boris-2": ("rejected", "same_email"),
        "olha": ("approved", "hold_over"),
        "frances": ("approved", "hold_over"),
        "petro": ("review", "household_again"),
        "evelyn": ("approved", "hold_over"),
        "joan": ("joined", "click"),
        "radia": ("pending", "order_qualified"),
    }
    owed = ReferralGrant.objects.get(kind="payable")
    assert (owed.amount, owed.unit, owed.state) == (500, "EUR", "granted")


class TestJobs:
    """R-26, R-50, R-57: as the tick runs them, each inside the unit of its run."""

    @pytest.mark.parametrize(
        ("job", "order", "when", "state"),
        [
            ("referrals.release", True, "12-04 09:00", "approved"),
            ("referrals.release", True, "12-04 08:59", "pending"),
            ("referrals.expire", False, "2027-01-11 08:00", "expired"),
            ("referrals.expire", False, "2027-01-11 07:59", "joined"),
        ],
    )
    def test_release_and_expire_when_their_instant_comes(self, job, order, when, state):
        cafe = a_cafe()
        a_friend(cafe, code=code_of(cafe).text)
        if order:
            bought(cafe)
        due = dues[job]

        coming = due.earliest(until=at(when), program_id=cafe.pk)
        if coming:
            do_due(due=due, program=cafe, at=at(when))

        assert bool(coming) == (state in {"approved", "expired"})
        assert referral_of(cafe).state == state

    def test_forget_what_has_had_its_time(self):
        cafe = a_cafe()
        friend = a_friend(cafe)
        told(cafe, friend, code_of(cafe).text, network="192.0.2.7", agent="Firefox")
        loose = {"kind": TouchKind.CLICK, "context": Context(visitor=b"v" * 16), "friend_id": None}
        touch(code=code_of(cafe), at=at("11-10 08:00"), **loose)

        in_a_unit(partial(forget, program=cafe, day=None, cursor=None, at=at("12-11 08:00")))
        kept = Touch.objects.get(friend=friend)
        assert (kept.network, kept.network_prefix, kept.agent) == (None, None, None)
        assert Touch.objects.count() == 2
        assert ReferralCheck.objects.exists()

        in_a_unit(partial(forget, program=cafe, day=None, cursor=None, at=at("12-24 08:00")))
        assert Touch.objects.count() == 2  # a window of thirty days, and fourteen more
        in_a_unit(partial(forget, program=cafe, day=None, cursor=None, at=at("2027-12-01 08:00")))
        assert Touch.objects.count() == 1
        assert not ReferralCheck.objects.exists()
