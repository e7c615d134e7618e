"""Tasks of members: what was kept of people who left is forgotten in its time."""

from datetime import date, datetime

from loyalty.members import leaving
from loyalty.outbox.scheduling import Midnight, scheduled
from loyalty.programs.models import Program


@scheduled(job="members.former_contacts", missed="latest", place=Midnight.AFTER)
def forget_former_contacts(
    *, program: Program, day: date, cursor: str | None, at: datetime
) -> str | None:
    """Digests of contacts go a year after their person, by the programme's clock."""
    leaving.forget_former_contacts.step(program=program, at=at)
    return None
