"""Pacing: how fast one visitor may go through the pages; what protects speed never fails a page (S-36, S-37)."""

from typing import Final

from loyalty.access.callers.authenticating import CallerKind
from loyalty.access.callers.calling import LIMITS
from loyalty.foundation.wire.limiting import Limit, TooManyRequests, take
from loyalty.members.persons import Member
from portal.entry.models import PortalSession

SESSION = Limit(name="session", per_second=5, burst=20)
GUEST: Final = Limit(name="guest", per_second=10, burst=30)


def demand_pace(*, session: PortalSession | None, member: Member | None, network: str) -> None:
    """Count one look: of a session; of a token's member, together with the API; else of a network address.

    Raises TooManyRequests.
    """
    if session is not None:
        taken = take(str(session.pk), limit=SESSION)
    elif member is not None:
        taken = take(str(member.pk), limit=LIMITS[CallerKind.MEMBER])
    else:
        taken = take(network, limit=GUEST)
    if not taken.is_allowed:
        raise TooManyRequests(retry_after=taken.retry_after)
