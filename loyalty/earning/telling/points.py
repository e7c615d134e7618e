"""Points: an earning as the answer to an event shows it."""

from datetime import datetime
from typing import Any

from loyalty.earning.kinds import Grant
from loyalty.programs.calendar import zone_named


def points_shown(grant: Grant, *, at: datetime, zone: str) -> dict[str, Any]:
    """One earning as the answer to an event shows it; times in the programme's zone."""
    opens_at, expires_at = grant.terms.opens_at, grant.terms.expires_at
    is_pending = bool(grant.terms.waits_for) or (opens_at is not None and opens_at > at)
    where = zone_named(zone)
    return {
        "currency": grant.currency,
        "points": grant.points,
        "status": "pending" if is_pending else "available",
        "available_at": opens_at.astimezone(where).isoformat() if opens_at else None,
        "expires_at": expires_at.astimezone(where).isoformat() if expires_at else None,
        "rule": grant.rule,
    }
