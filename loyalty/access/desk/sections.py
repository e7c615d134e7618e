"""Sections: the staff's table of contents, by what people do, not by app (experience, 2.2)."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import Text

SECTIONS: Final[tuple[tuple[str, Text, frozenset[str]], ...]] = (
    ("approvals", _("Approvals"), frozenset({"approvals"})),
    ("members", _("Members"), frozenset({"members", "cases"})),
    ("points", _("Points"), frozenset({"ledger", "checkout"})),
    ("earning", _("Earning"), frozenset({"earning", "events"})),
    ("tiers", _("Tiers"), frozenset({"tiers"})),
    ("rewards", _("Rewards"), frozenset({"rewards"})),
    (
        "play",
        _("Play"),
        frozenset({"badges", "challenges", "streaks", "stamps", "boards", "leagues", "draws"}),
    ),
    ("referrals", _("Referrals"), frozenset({"referrals"})),
    ("looking-back", _("Looking back"), frozenset({"segments", "campaigns", "surveys", "health"})),
    ("files", _("Imports and exports"), frozenset({"imports"})),
    ("programme", _("Programme"), frozenset({"programs", "pictures", "staff", "audit"})),
    ("developers", _("Developers"), frozenset({"keys", "webhooks", "outbox", "requests"})),
)
OTHERWISE: Final[tuple[str, Text]] = ("system", _("System"))


def in_sections(pages: Iterable[tuple[str, dict[str, Any]]], *, home: str) -> list[dict[str, Any]]:
    """Django's list of apps, cut by section; `pages` are topics with what Django knows of their models."""
    gathered: dict[str, dict[str, Any]] = {}
    for topic, page in pages:
        place, (slug, title) = _section_of(topic)
        section = gathered.setdefault(
            slug,
            {
                "name": title,
                "app_label": slug,
                "app_url": f"{home}#section-{slug}",
                "has_module_perms": True,
                "models": [],
                "order": place,
            },
        )
        section["models"].append(page)
    for section in gathered.values():
        section["models"].sort(key=lambda page: str(page["name"]).casefold())
    return sorted(gathered.values(), key=lambda section: int(section["order"]))


def _section_of(topic: str) -> tuple[int, tuple[str, Text]]:
    for place, (slug, title, topics) in enumerate(SECTIONS):
        if topic in topics:
            return place, (slug, title)
    return len(SECTIONS), OTHERWISE
