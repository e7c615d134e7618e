"""What the events room does when others tell something."""

from collections.abc import Sequence

import loyalty.events.kept.rebuilding
from loyalty.events.history import knowing_goods, recalling  # they answer earning
from loyalty.events.observing import tell_joining
from loyalty.members.facts import MemberEnrolled
from loyalty.outbox.receiving import reacts_later


@reacts_later(MemberEnrolled, name="events.tell_joining")
def greet(facts: Sequence[MemberEnrolled]) -> None:
    """Somebody joined: rules may have a present for them."""
    tell_joining(facts)
