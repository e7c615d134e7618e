"""Staying and leaving: who is in front of the page, for how long, and how every browser is signed out."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from loyalty.foundation.units import unit_of_work
from loyalty.members.changing import sign_out_everywhere
from loyalty.members.persons import Member
from loyalty.programs.tenants import Program
from portal.entry.entering import MAY_ENTER, digest_of
from portal.entry.models import EntryTicket, PortalSession, TicketKind

IDLE_MAX: Final = timedelta(minutes=30)
NOTED_EVERY: Final = timedelta(minutes=1)  # a row is not written for every click
KEPT_FOR: Final = timedelta(days=1)
FRESH: Final = timedelta(minutes=5)
SHOWN_MAX: Final = 20


def session_of(*, program: str, secret: str, at: datetime) -> PortalSession | None:
    """The session with this secret, if it is of the programme of this short name, not over, and its member may be here."""
    if not secret:
        return None
    row = (
        PortalSession.objects.filter(
            program__slug=program,
            digest=digest_of(secret),
            ends_at__gt=at,
            seen_at__gt=at - IDLE_MAX,
        )
        .select_related("program__portal_theme", "member__profile", "member__portal_choice")
        .defer("program__portal_theme__logo")
        .first()
    )
    if row is None or row.member.status not in MAY_ENTER or row.member.epoch != row.epoch:
        return None
    if at - row.seen_at >= NOTED_EVERY:
        PortalSession.objects.filter(pk=row.pk).update(seen_at=at)
    return row


def is_over(program: Program, secret: str) -> bool:
    """Whether this secret opens nothing any more: of another programme of the same host it must not be forgotten here."""
    at = timezone.now()
    rows = PortalSession.objects.filter(
        digest=digest_of(secret), ends_at__gt=at, seen_at__gt=at - IDLE_MAX
    )
    return bool(secret) and not rows.exclude(program_id=program.pk).exists()


def sessions_of(*, member: Member, at: datetime) -> list[PortalSession]:
    """Where this member is signed in, the one seen last first."""
    rows = PortalSession.objects.filter(
        member_id=member.pk, epoch=member.epoch, ends_at__gt=at, seen_at__gt=at - IDLE_MAX
    )
    return list(rows.order_by("-seen_at", "-pk")[:SHOWN_MAX])


def is_confirmed(session: PortalSession, *, at: datetime) -> bool:
    """Whether the storefront, or a mailed code, vouched for the person a moment ago, which costly deeds need (S-19)."""
    by_code = session.confirmed_at is not None and at - session.confirmed_at <= FRESH
    by_shop = session.entered_by == TicketKind.STOREFRONT and at - session.entered_at <= FRESH
    return by_code or by_shop


@unit_of_work
def leave(*, session: PortalSession) -> None:
    """Sign out here."""
    PortalSession.objects.filter(pk=session.pk).delete()


@unit_of_work
def leave_everywhere(*, member: Member) -> None:
    """Sign out every browser of this member, spend no ticket that is still out, and void every token (S-12)."""
    sign_out_everywhere.step(member=member)
    PortalSession.objects.filter(member=member).delete()
    EntryTicket.objects.filter(member=member, used_at__isnull=True).delete()


@unit_of_work
def prune(*, at: datetime) -> int:
    """Forget sessions and tickets that ended a day ago; answers how many."""
    old = Q(ends_at__lt=at - KEPT_FOR)
    gone, _by_model = PortalSession.objects.filter(old).delete()
    spent, _by_model = EntryTicket.objects.filter(old).delete()
    return gone + spent
