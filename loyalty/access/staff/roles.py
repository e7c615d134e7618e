"""Roles: what each may see and do, as code (S-21).

A deed is `<topic>:<verb>`; the topic is a room, the verb `read`, `write`, or a deed of that room such as `adjust`.
"""

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from typing import Final

from loyalty.access.kinds import Role

READ_ALL: Final = ("*:read", "*:find")
PLAY: Final = (
    "badges:*", "challenges:*", "streaks:*", "stamps:*", "boards:*", "leagues:*", "draws:*",
)  # fmt: skip

ALLOWED: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.OWNER: ("*:*",),
    Role.MANAGER: (
        *READ_ALL, *PLAY, "pictures:*", "programs:write", "programs:move_clock", "members:*", "ledger:*", "earning:*", "tiers:*",
        "rewards:*", "checkout:*", "events:*", "imports:*", "referrals:*", "retention:*", "campaigns:*", "segments:*",
        "surveys:*", "cases:*", "health:*", "approvals:*", "outbox:*",
    ),
    Role.MARKETER: (
        *PLAY, "pictures:*", "home:read", "programs:read", "earning:read", "tiers:read", "rewards:read", "campaigns:*",
        "segments:*", "surveys:*", "reports:read", "referrals:read",
    ),
    Role.SUPPORT: (
        "home:read", "programs:read", "members:read", "members:write", "members:find", "ledger:read",
        "ledger:adjust", "ledger:release", "tiers:read", "rewards:read", "rewards:cancel", "rewards:redeem",
        "rewards:inspect", "rewards:extend", "rewards:give", "checkout:read", "events:read", "referrals:read", "badges:read", "challenges:read",
        "streaks:read", "stamps:read", "boards:read", "leagues:read", "draws:read", "cases:*", "surveys:read",
        "approvals:own",
    ),
    Role.TILL: ("home:read", "members:find", "rewards:redeem", "stamps:stamp", "events:visit"),
    Role.ANALYST: ("home:read", "programs:read", "reports:*", "earning:read", "tiers:read", "rewards:read", "segments:read"),
    Role.DEVELOPER: (
        "home:read", "programs:read", "test-keys:*", "webhooks:*", "outbox:read", "requests:read",
    ),
    Role.AUDITOR: READ_ALL,
}  # fmt: skip

# Never, whatever a pattern above gives: nobody changes what others did, and only owners hold keys and staff.
DENIED: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.MANAGER: ("staff:*", "keys:*", "audit:*"),
    Role.AUDITOR: (),
}

# Whoever runs the installation opens programmes and names owners, and holds no role in them (S-23).
SUPERUSER: Final = (
    "home:read",
    "programs:read",
    "programs:open",
    "staff:read",
    "staff:write",
    "system:*",
)


def may(*, roles: Collection[Role], deed: str, is_superuser: bool = False) -> bool:
    """Whether one of these roles allows the deed."""
    if is_superuser and _fits(SUPERUSER, deed):
        return True
    return any(
        _fits(ALLOWED[role], deed) and not _fits(DENIED.get(role, ()), deed) for role in roles
    )


def _fits(patterns: Collection[str], deed: str) -> bool:
    return any(fnmatchcase(deed, pattern) for pattern in patterns)
