"""Touching: signs that somebody came through a code are kept, one insert each, nothing in them readable (R-14, R-56)."""

import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Q

from loyalty.foundation.ids import Id
from loyalty.foundation.sealing import short_digest
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.tenants import Program
from referrals.attribution.kinds import TouchKind
from referrals.attribution.models import Touch
from referrals.codes.models import ReferralCode
from referrals.plans.publishing import live_plans
from referrals.plans.terms import terms_of

TOUCHES_KEPT_MAX: Final = 50  # of one visitor: more than that is a robot
DIGESTS_KEPT: Final = timedelta(days=30)
KEPT_AFTER_WINDOW: Final = timedelta(days=14)
_PREFIXES: Final = {4: 24, 6: 48}


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """Where a touch came from, as the connection or a secret key's call told; empty where nobody knows."""

    visitor: bytes | None = None
    network: str = ""
    agent: str = ""
    source_site: str = ""
    landing: str = ""


@unit_of_work
def touch(
    *, code: ReferralCode, kind: TouchKind, context: Context, friend_id: Id | None, at: datetime
) -> None:
    """Keep this touch; the same visitor through the same code on the same day is the same touch."""
    keep_touches([touch_of(code=code, kind=kind, context=context, friend_id=friend_id, at=at)])


@inside_unit_of_work
def keep_touches(touches: Sequence[Touch]) -> None:
    """Insert these touches; one that is there already stays as it is (touch_counts_once_a_day)."""
    rows = sorted(
        touches, key=lambda each: (each.code_id, each.kind, each.visitor or b"", each.day)
    )
    Touch.objects.bulk_create(rows, ignore_conflicts=True)


def touch_of(
    *, code: ReferralCode, kind: TouchKind, context: Context, friend_id: Id | None, at: datetime
) -> Touch:
    """The row of a touch: keyed digests of network, prefix and agent; a site's name, a path."""
    address = _address(context.network)
    program_id = code.program_id
    return Touch(
        code=code,
        kind=kind,
        visitor=context.visitor,
        friend_id=friend_id,
        occurred_at=at,
        day=at.astimezone(UTC).date(),
        network=_digest(program_id, "network", str(address) if address else ""),
        network_prefix=_digest(program_id, "prefix", _prefix(address)),
        agent=_digest(program_id, "agent", context.agent),
        source_site=site_of(context.source_site),
        landing=context.landing[:200],
    )


def touches_of(
    *, program_id: Id, friend_ids: Collection[Id] = (), visitors: Collection[bytes] = ()
) -> list[Touch]:
    """Touches of these friends and visitors, the first first; one query."""
    wanted = Q(friend_id__in=friend_ids) | Q(visitor__in=visitors)
    rows = Touch.objects.filter(wanted, code__program_id=program_id)
    return list(rows.select_related("code__plan", "code__advocate").order_by("occurred_at", "id"))


@unit_of_work
def forget_touches(*, program: Program, at: datetime, limit: int) -> int:
    """Empty digests after 30 days, and drop touches that led nowhere once their window is long over (R-50)."""
    mine = Touch.objects.filter(code__program=program)
    old = Q(network__isnull=False) | Q(network_prefix__isnull=False) | Q(agent__isnull=False)
    stale = mine.filter(old, occurred_at__lt=at - DIGESTS_KEPT).order_by("occurred_at")
    emptied = Touch.objects.filter(pk__in=list(stale.values_list("pk", flat=True)[:limit])).update(
        network=None, network_prefix=None, agent=None
    )
    windows = [terms_of(version).touch_window for _plan, version in live_plans(program)]
    until = at - max(windows, default=timedelta()) - KEPT_AFTER_WINDOW
    loose = mine.filter(referral_touched__isnull=True, occurred_at__lt=until).order_by(
        "occurred_at"
    )
    ids = list(loose.values_list("pk", flat=True)[:limit])
    removed, _by_table = Touch.objects.filter(pk__in=ids).delete()
    return emptied + removed


def site_of(told: str) -> str:
    """The site's name in a referring address, or in a name; no path, no question, nobody's data."""
    bare = told.strip().lower().split("//")[-1].split("/")[0].split("@")[-1].split("?")[0]
    return bare.removeprefix("www.").split(":")[0][:100]


def _digest(program_id: Id, what: str, text: str) -> bytes | None:
    return short_digest(text, purpose=f"referral.{what}:{program_id}") if text else None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _prefix(address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> str:
    if address is None:
        return ""
    return str(ipaddress.ip_network((address, _PREFIXES[address.version]), strict=False))
