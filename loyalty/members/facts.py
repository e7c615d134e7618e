"""Facts of the members room. Ids and plain values only: no name, contact, birthday or external id (S-56)."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class MemberEnrolled(Fact):
    """Somebody joined. `referral_code` is what they brought along, `how` the door they came through."""

    name: ClassVar[str] = "member.enrolled"
    how: str
    referral_code: str = ""


@dataclass(frozen=True, kw_only=True)
class MemberStatusChanged(Fact):
    """A member was suspended, restricted, or made active again."""

    name: ClassVar[str] = "member.status_changed"
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class MemberZoneChanged(Fact):
    """A member lives by another clock now; local days before this keep the old one."""

    name: ClassVar[str] = "member.zone_changed"
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class MemberContactChanged(Fact):
    """A member has another mailbox or phone; which one stands with the member alone."""

    name: ClassVar[str] = "member.contact_changed"


@dataclass(frozen=True, kw_only=True)
class ConsentNoted(Fact):
    """A member said yes or no to a purpose."""

    name: ClassVar[str] = "member.consent_noted"
    purpose: str
    is_given: bool


@dataclass(frozen=True, kw_only=True)
class MemberMerged(Fact):
    """A member was merged; `survivor_id` carries on."""

    name: ClassVar[str] = "member.merged"
    survivor_id: Id


@dataclass(frozen=True, kw_only=True)
class MemberParted(Fact):
    """A merge was undone: the member answers for itself again, and no longer `survivor_id`."""

    name: ClassVar[str] = "member.parted"
    survivor_id: Id


@dataclass(frozen=True, kw_only=True)
class MemberErased(Fact):
    """The person behind a member is gone; rooms above drop what they keep about them."""

    name: ClassVar[str] = "member.erased"


@dataclass(frozen=True, kw_only=True)
class SegmentEntered(Fact):
    """A member entered a segment."""

    name: ClassVar[str] = "member.segment_entered"
    segment: str


@dataclass(frozen=True, kw_only=True)
class SegmentLeft(Fact):
    """A member left a segment."""

    name: ClassVar[str] = "member.segment_left"
    segment: str
