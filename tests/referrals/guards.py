"""People for the guard's comparisons, without a database."""

from datetime import UTC, datetime

from loyalty.foundation.ids import new_id
from loyalty.members.persons import Person
from referrals.guard.likeness import similar_mail

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
