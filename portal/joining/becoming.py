"""Becoming: the button behind the mailed link makes a member, once, and lets them in (S-15)."""

from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor, ActorKind, job
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.members.consenting import ConsentTold, note_consents
from loyalty.members.contacts import Birthday, ProfileTold
from loyalty.members.enrolling import Enrolment, enrol
from loyalty.members.finding import members_by
from loyalty.members.persons import Member
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program
from portal.entry.entering import digest_of, enter
from portal.entry.links import ticket_to_send
from portal.joining.applicants import Applicant
from portal.joining.models import Application
from portal.joining.refusals import ApplicationNotUsable, JoiningClosed
from portal.letters.asking import one_after_the_other
from portal.reception.reading import received_by

SOURCE: Final = "portal"  # the door, in facts and consents
# One statement decides: of two that come at once, the second finds nothing.
_TAKE: Final = """
    DELETE FROM portal_application WHERE program_id = %s AND digest = %s AND ends_at > %s RETURNING id, sealed
"""


def is_usable(*, program: Program, secret: str, at: datetime) -> bool:
    """Whether this link still makes a member; looking spends nothing."""
    rows = Application.objects.filter(program=program, digest=digest_of(secret), ends_at__gt=at)
    return rows.exists()


@unit_of_work
def become_member(*, program: Program, secret: str, at: datetime) -> str:
    """Make a member of whoever holds this link, and open a session; answers the session's secret.

    Whoever became a member meanwhile comes in as that member. Raises ApplicationNotUsable, JoiningClosed.
    """
    applicant = _taken(program=program, secret=secret, at=at)
    if not received_by(program).joining:
        raise JoiningClosed
    # Two links of one mailbox, pressed at once, are one member.
    one_after_the_other(program=program, email=applicant.email)
    known = members_by(program=program, email=applicant.email).order_by("-pk").first()
    member = known or _enrolled(applicant, program=program)
    _session, own = enter.step(program=program, secret=ticket_to_send(member=member, at=at), at=at)
    return own


@inside_unit_of_work
def _taken(*, program: Program, secret: str, at: datetime) -> Applicant:
    """What was told, which is kept no longer."""
    rows = run(_TAKE, [program.pk, digest_of(secret), at])
    if not rows:
        raise ApplicationNotUsable
    ((row_id, sealed),) = rows
    return Applicant.unsealed(bytes(sealed), about=Id(str(row_id)))


@inside_unit_of_work
def _enrolled(applicant: Applicant, *, program: Program) -> Member:
    """As by the API, through the same rule; what they agreed to is noted by their own hand."""
    at = now_of(program)
    profile = ProfileTold(email=applicant.email, first_name=applicant.first_name)
    if applicant.birthday:
        profile["birthday"] = Birthday.read(applicant.birthday)
    told = Enrolment(
        external_id=None,
        locale=applicant.language,
        referral_code=applicant.came_by,
        profile=profile,
    )
    (member,) = enrol.step(program=program, enrolments=[told], how=SOURCE, actor=job(SOURCE), at=at)
    consents = [
        ConsentTold(
            purpose=each.purpose, is_given=True, text_version=each.text_version, source=SOURCE
        )
        for each in applicant.agreed
    ]
    hand = Actor(kind=ActorKind.MEMBER, id=member.pk)
    note_consents.step(member=member, told=consents, actor=hand, at=at)
    return member
