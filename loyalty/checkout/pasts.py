"""Pasts: what rules may know of a member besides what the member's own room keeps. Orders stand in a room above.

Calls go down: the room that keeps the events tells here, once, how it is asked (as rooms do for `members.showing`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from loyalty.earning.kinds import MemberFacts
from loyalty.foundation.ids import Id
from loyalty.members.models import Member


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """Which order the next one would be (E-26), which of the types asked for the member has done, and whom else it has been."""

    order_number: int = 1
    done: frozenset[str] = frozenset()
    also: tuple[Id, ...] = ()


class TellsPasts(Protocol):
    """Answers the past of one member up to an instant; `types` are those that some rule asks for."""

    def __call__(self, *, member_id: Id, types: Collection[str], at: datetime) -> Past: ...


_tellers: list[TellsPasts] = []


def tells_pasts(teller: TellsPasts) -> TellsPasts:
    """Ask this function; there is one."""
    assert not _tellers or _tellers == [teller], "somebody tells pasts already"
    _tellers[:] = [teller]
    return teller


def past_of(*, member_id: Id, types: Collection[str], at: datetime) -> Past:
    """The member's past."""
    assert _tellers, "the room of events tells pasts"
    return _tellers[0](member_id=member_id, types=types, at=at)


def facts_about(
    member: Member,
    *,
    segments: frozenset[str],
    done: Collection[str],
    also: tuple[Id, ...] = (),
) -> MemberFacts:
    """What rules may know of this member; the profile is read already."""
    profile = member.profile
    month, day = profile.birth_month, profile.birth_day
    return MemberFacts(
        id=member.pk,
        status=member.status,
        joined_at=member.joined_at,
        birthday=None if month is None or day is None else (month, day),
        attributes=profile.attributes,
        segments=segments,
        done=frozenset(done),
        also=also,
    )
