"""One of every game, for tests that knock at every door."""

from typing import Any


def one_of_each_game(slug: str) -> dict[str, Any]:
    """One of every game; slugs are the programme's own, so that others' are unknown to it."""
    orders = {"measure": {"kind": "deeds.count", "of": "order.paid"}}
    prize = {"kind": "points", "currency": "stars", "points": 5}
    return {
        "stamp_cards": [{"slug": f"drinks-at-{slug}", "positions": [{"at": 10, "prize": prize}]}],
        "levels": [{"slug": f"barista-at-{slug}", "currency": "xp", "thresholds": [0, 50]}],
        "leaderboards": [{"slug": f"month-at-{slug}", **orders}],
        "badges": [
            {
                "slug": f"first-cup-at-{slug}",
                "condition": orders,
                "tiers": [{"slug": "first-cup", "target": 1}],
            }
        ],
        "challenges": [
            {
                "slug": f"three-at-{slug}",
                "activation": "join",
                "window": {"from_joining": "P30D"},
                "steps": [{**orders, "at_least": 3}],
            }
        ],
        "streaks": [{"slug": f"weekly-at-{slug}", "period": "week", "condition": orders}],
    }
