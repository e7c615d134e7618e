"""One of every game at the café, as customers see it: with names, prizes, and somebody who came by."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from loyalty.outbox.delivering import deliver_until_idle
from loyalty.programs.models import Program
from tests.world.earning import a_rule
from tests.world.events import an_order, taken

_numbers = count(1)
ORDERS: dict[str, Any] = {"measure": {"kind": "deeds.count", "of": "order.paid"}}
COFFEE = {"kind": "points", "currency": "stars", "points": 60}
XP_RULE = {
    "slug": "xp",
    "name": {"en": "Experience"},
    "triggers": ["order.paid"],
    "currency": "xp",
    "effect": {"kind": "fixed", "points": 60},
}
GAMES: dict[str, Any] = {
    "badges": [
        {
            "slug": "cups",
            "condition": ORDERS,
            "tiers": [
                {"slug": "first", "target": 1, "name": {"en": "First cup"}},
                {
                    "slug": "regular",
                    "target": 10,
                    "name": {"en": "Regular"},
                    "description": {"en": "Come by ten times."},
                },
            ],
        },
        {
            "slug": "owl",
            "secret": True,
            "condition": {"measure": {"kind": "deeds.count", "of": "review.written"}},
            "tiers": [{"slug": "owl", "target": 1, "name": {"en": "Night owl"}}],
        },
    ],
    "challenges": [
        {
            "slug": "taster",
            "name": {"en": "Taste three"},
            "activation": "join",
            "window": {"from_joining": "P30D"},
            "steps": [
                {
                    "measure": {"kind": "deeds.distinct", "of": "order.line", "value": "sku"},
                    "at_least": 3,
                }
            ],
            "prize": COFFEE,
        }
    ],
    "streaks": [
        {
            "slug": "weekly",
            "name": {"en": "Weekly visit"},
            "period": "week",
            "condition": {**ORDERS, "at_least": 1},
            "freezes": {"start": 1, "every": 4, "max": 2},
        }
    ],
    "stamp_cards": [
        {
            "slug": "coffee",
            "name": {"en": "Tenth coffee free"},
            "stamps_from": {"order_lines": {"categories": ["coffee"]}, "max_per_event": 2},
            "positions": [{"at": 10, "prize": COFFEE}],
        }
    ],
    "levels": [{"slug": "barista", "currency": "xp", "thresholds": [0, 50, 150, 400]}],
    "leaderboards": [
        {
            "slug": "best",
            "name": {"en": "Best of all time"},
            "measure": {"kind": "deeds.sum", "of": "order.paid", "value": "amount"},
            "period": "ever",
            "k": 0,
        }
    ],
}
PARTS: dict[str, Any] = {"rules": [a_rule(), XP_RULE], **GAMES}


def came_by(program: Program, *, who: str = "ada", days: int = 0, total: int = 2000) -> None:
    """Somebody paid for two coffees so many days ago, and every game has heard of it."""
    now = timezone.now()
    lines = [{"sku": "COF-1", "quantity": 2, "amount": total, "categories": ["coffee"]}]
    order = an_order(
        f"visit-{next(_numbers)}",
        member=f"ext:{who}",
        total=total,
        at=now - timedelta(days=days),
        lines=lines,
    )
    outcomes = taken(program, order, at=now)
    assert all(each.refusal is None for each in outcomes), outcomes
    deliver_until_idle(program_id=program.pk)
