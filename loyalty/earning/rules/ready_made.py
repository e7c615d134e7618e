"""Ready-made drafts (E-27): what most programmes want first, to be changed before it is published."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import Text

_ONCE: Final = {"times": {"times": 1, "period": "ever"}}


def _rule(slug: str, title: Text, *triggers: str, points: int = 0, **more: Any) -> dict[str, Any]:
    rule = {"slug": slug, "title": title, "triggers": list(triggers)} | more
    return rule | ({"effect": {"kind": "fixed", "points": points}} if points else {})


_ALL: Final = (
    _rule(
        "order",
        _("Purchases"),
        "order.paid",
        effect={"kind": "per_amount", "points": 1, "per": 100},
        counts_for_tier=True,
    ),
    _rule(
        "review",
        _("Reviews"),
        "review.written",
        points=50,
        conditions={"all": [{"review": "verified"}]},
        limits={"once_per": ["data.sku"]},
        unlock={"after": "P0D", "from": "safe_order"},
    ),
    _rule(
        "share",
        _("Sharing"),
        "share.made",
        points=5,
        limits={"times": [{"times": 1, "period": "day"}, {"times": 3, "period": "week"}]},
        unlock={"after": "P0D", "from": "safe_order"},
    ),
    _rule(
        "visit",
        _("Visits"),
        "visit.made",
        points=10,
        limits={"once_per": {"fields": ["store"], "period": "day"}},
    ),
    _rule(
        "app",
        _("Using the app"),
        "app.used",
        points=1,
        limits={"times": {"times": 1, "period": "day"}},
    ),
    _rule("profile", _("A complete profile"), "profile.completed", points=50, limits=_ONCE),
    _rule("newsletter", _("The newsletter"), "newsletter.joined", points=50, limits=_ONCE),
    _rule(
        "joining",
        _("Joining"),
        "member.enrolled",
        points=50,
        limits=_ONCE,
        unlock={"after": "P0D", "from": "safe_order"},
    ),
    _rule(
        "onboarding",
        _("First steps"),
        "profile.completed",
        "newsletter.joined",
        "order.paid",
        points=100,
        conditions={
            "all": [{"has_done": ["profile.completed", "newsletter.joined", "order.paid"]}]
        },
        limits=_ONCE,
    ),
    _rule("birthday", _("Birthdays"), "member.birthday", points=100),
    _rule(
        "first-order",
        _("The first order"),
        "order.paid",
        points=50,
        conditions={"all": [{"order_number": "first"}]},
    ),
    _rule(
        "every-fifth-order",
        _("Every fifth order"),
        "order.paid",
        points=25,
        conditions={"all": [{"order_number": {"every": 5}}]},
    ),
)
READY_MADE: Final[Mapping[str, Mapping[str, Any]]] = {each["slug"]: each for each in _ALL}


def titles() -> list[tuple[str, str]]:
    """Slug and title of each, in the order of the page."""
    return [(slug, str(each["title"])) for slug, each in READY_MADE.items()]


def definition_of(slug: str, *, currency: str, languages: list[str]) -> dict[str, Any]:
    """The definition of one of them, in this currency and named in the programme's first language."""
    told = dict(READY_MADE[slug])
    title = str(told.pop("title"))
    return {**told, "name": {languages[0]: title}, "currency": currency}
