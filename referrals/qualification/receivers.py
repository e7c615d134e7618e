"""What this room does when others tell something."""

from collections.abc import Sequence

from loyalty.outbox.facts import Told
from loyalty.outbox.receiving import reacts_later
from referrals.qualification.following import HEARD, RECORDED, hear


def _is_of_interest(told: Told) -> bool:
    """Of all events orders alone."""
    return told.name != RECORDED or told.body.get("type") == "order.paid"


# By name: what is followed stays in the order in which it happened to each member.
@reacts_later(HEARD, name="referrals.follow", only=_is_of_interest)
def follow_members(facts: Sequence[Told]) -> None:
    """Friends join, order, return, merge, leave; their referrals follow."""
    hear(facts)
