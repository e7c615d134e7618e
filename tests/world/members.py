"""Ada, Grace and everybody else: members come in through the same rules as everybody."""

from datetime import UTC, datetime

from loyalty.foundation.actors import Actor, job
from loyalty.members.consenting import ConsentTold
from loyalty.members.contacts import ProfileTold
from loyalty.members.enrolling import Enrolment, enrol
from loyalty.members.models import Member
from loyalty.programs.models import Program

JOINED_AT = datetime(2026, 1, 15, 9, tzinfo=UTC)
ENROLLER: Actor = job("enrolling")


def a_member(
    program: Program,
    external_id: str | None = "ada",
    *,
    at: datetime = JOINED_AT,
    locale: str = "",
    time_zone: str = "",
    referral_code: str = "",
    consents: tuple[ConsentTold, ...] = (),
    **profile: object,
) -> Member:
    """Somebody who joined in January; `profile` is what is known about the person."""
    told = Enrolment(
        external_id=external_id,
        joined_at=at,
        locale=locale,
        time_zone=time_zone,
        referral_code=referral_code,
        profile=ProfileTold(**profile),  # type: ignore[typeddict-item]
        consents=consents,
    )
    (member,) = enrol(program=program, enrolments=[told], how="test", actor=ENROLLER, at=at)
    return member


def some_members(program: Program, count: int, *, at: datetime = JOINED_AT) -> list[Member]:
    """Many members at once: guest-0, guest-1 and so on."""
    told = [Enrolment(external_id=f"guest-{n}", joined_at=at) for n in range(count)]
    return enrol(program=program, enrolments=told, how="test", actor=ENROLLER, at=at)
