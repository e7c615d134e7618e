"""People for the guard's comparisons, and referrals after they were weighed."""

from datetime import UTC, datetime

from loyalty.foundation.ids import new_id
from loyalty.members.persons import Person
from referrals.guard.kinds import Stage
from referrals.guard.likeness import similar_mail
from referrals.guard.models import ReferralCheck
from tests.world.referrals import bought, referral_of

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def a_person(email: str = "", **more: str) -> Person:
    """Somebody with a mailbox."""
    return Person(
        id=new_id(),
        program_id=new_id(),
        status="active",
        joined_at=LONG_AGO,
        enrolled_at=LONG_AGO,
        email=email,
        **more,
    )


def like(one: str, other: str) -> int | None:
    """Whether two mailboxes are similar."""
    return similar_mail(a_person(one), a_person(other))


def flagged(row, stage=Stage.QUALIFICATION):
    """The signals that fire."""
    rows = ReferralCheck.objects.filter(referral=row, stage=stage, result="flagged")
    return set(rows.values_list("signal", flat=True))


def weighed(program, name="grace", **order):
    """The referral of a friend who has bought, with the signals that fire."""
    bought(program, name, order_id=f"order-of-{name}", **order)
    row = referral_of(program, name)
    return row.state, flagged(row)
