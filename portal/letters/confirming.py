"""Confirming: whoever reads the member's mail is the member. Five tries, one use, one answer to all that does not fit (S-19)."""

import hmac
from datetime import datetime
from typing import Final

from loyalty.foundation import sealing
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import unit_of_work
from loyalty.members.persons import Member
from portal.entry.models import PortalSession
from portal.letters.kinds import DIGITS, TRIES_MAX
from portal.letters.models import Letter
from portal.letters.refusals import CodeNotUsable
from portal.words.reading import digits_of

# The newest code that was sent to this holder; it counts the try before anybody looks at what was typed.
_TRY: Final = """
    UPDATE portal_letter SET tries = tries + 1
    WHERE id = (SELECT id FROM portal_letter
                WHERE member_id = %s AND kind = 'code' AND holder IS NOT DISTINCT FROM %s::uuid AND digest IS NOT NULL
                ORDER BY id DESC LIMIT 1)
      AND used_at IS NULL AND ends_at > %s AND tries < %s
    RETURNING id, digest
"""


def confirm(*, member: Member, session: PortalSession | None, told: str, at: datetime) -> None:
    """Spend this code; a session remembers it for five minutes. Raises CodeNotUsable, and one try is gone."""
    holder = session.pk if session else None
    rows = _count_a_try(member_id=member.pk, holder=holder, at=at)
    if not rows:
        raise CodeNotUsable
    letter_id, digest = rows[0]
    code = "".join(digits_of(told).split())
    if not hmac.compare_digest(bytes(digest), digest_of(code, letter_id=letter_id)):
        raise CodeNotUsable
    _spend(letter_id=letter_id, session=session, at=at)


def digest_of(code: str, *, letter_id: Id) -> bytes:
    """What is kept of a code: keyed, since a million are soon tried, and bound to its letter."""
    return sealing.digest(code[: 4 * DIGITS], purpose=f"letter:{letter_id}")


@unit_of_work
def _count_a_try(*, member_id: Id, holder: Id | None, at: datetime) -> list[tuple[Id, bytes]]:
    """A unit of its own: a refusal afterwards takes no try back."""
    return [(row[0], row[1]) for row in run(_TRY, [member_id, holder, at, TRIES_MAX])]


@unit_of_work
def _spend(*, letter_id: Id, session: PortalSession | None, at: datetime) -> None:
    """One conditional update decides: of two that come at once, one is right."""
    if not Letter.objects.filter(pk=letter_id, used_at__isnull=True).update(used_at=at):
        raise CodeNotUsable
    if session is not None:
        PortalSession.objects.filter(pk=session.pk).update(confirmed_at=at)
