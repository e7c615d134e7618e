"""A real row behind every id that stands in an address, for the test of foreign ids (S-2).

Whoever adds an address with a new parameter adds its row here, and a body where one is needed to get to the id.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any, Final

from django.utils import timezone

from loyalty.programs.models import Program
from tests.world.access import Shop, a_shop
from tests.world.earning import a_rule
from tests.world.games import one_of_each_game
from tests.world.imports import a_table, sent
from tests.world.pictures import a_file, sent_picture
from tests.world.programs import REASONS, a_program
from tests.world.rewards import a_reward
from tests.world.tiers import a_ladder

_heights = count(1)  # of pictures: the same file would have the same id
BASKET: Final = {"currency": "EUR", "total": 1000}
ADJUSTMENT: Final = {"points": 100, "reason": REASONS[0]["slug"], "note": "A cup went cold."}
GRANT: Final = {
    "tier": "silver",
    "source": "staff",
    "until": (timezone.now() + timedelta(days=30)).isoformat(),
    "reason": "goodwill",
}


def a_busy_cafe(slug: str = "corner-cafe") -> Program:
    """A programme in which something of every kind can be: a rule, a ladder, Ada with points, and Grace."""
    cafe = a_program(
        slug,
        parts={
            "rules": [a_rule()],
            "tiers": a_ladder(),
            "rewards": [
                a_reward(price=10),
                a_reward(
                    "by-hand", price=10, kind="perk", terms={"slug": "mug"}, fulfilment="by_hand"
                ),
            ],
            "referral_plan": {"slug": f"friends-of-{slug}"},
            **one_of_each_game(slug),
        },
    )
    shop = a_shop(cafe)
    for name in ("ada", "grace"):
        _made(shop, "/v1/members", {"external_id": name})
    _made(shop, "/v1/members/ext:ada/adjustments", ADJUSTMENT)
    return cafe


def _made(shop: Shop, path: str, body: dict[str, Any]) -> str:
    answer = shop.post(path, body, key=f"{path}:{body}"[:200].encode("ascii", "replace").decode())
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["id"])


def _member(shop: Shop) -> str:
    return str(shop.get("/v1/members/ext:ada").json()["id"])


def _event(shop: Shop) -> str:
    told = {
        "type": "visit.made",
        "member": "ext:ada",
        "source": "shop",
        "source_id": "visit-1",
        "occurred_at": "2026-11-20T10:00:00+02:00",
        "data": {},
    }
    return _made(shop, "/v1/events", told)


def _entry(shop: Shop) -> str:
    return str(shop.get("/v1/members/ext:ada/entries").json()["data"][0]["id"])


def _hold(shop: Shop) -> str:
    return _made(shop, "/v1/holds", {"member": "ext:ada", "points": 10})


def _quote(shop: Shop) -> str:
    return _made(shop, "/v1/quotes", {"member": "ext:ada", "order": BASKET})


def _rule(shop: Shop) -> str:
    return str(shop.get("/v1/rules").json()["data"][0]["id"])


def _what_if(shop: Shop) -> str:
    return _made(shop, f"/v1/rules/{_rule(shop)}/what-if", {"change": "end"})


def _grant(shop: Shop) -> str:
    return _made(shop, "/v1/members/ext:ada/tier-grants", GRANT)


def _merge(shop: Shop) -> str:
    told = shop.post("/v1/members/ext:ada/merge", {"into": "ext:grace"}, key="merge")
    assert told.status_code == 200, told.json()
    return str(told.json()["id"])


def _stamp_card(shop: Shop) -> str:
    return str(shop.get("/v1/members/ext:ada/stamp-cards").json()["data"][0]["slug"])


def _stamp(shop: Shop) -> str:
    return _made(shop, f"/v1/stamp-cards/{_stamp_card(shop)}/stamps", {"member": "ext:ada"})


def _level(shop: Shop) -> str:
    return str(shop.get("/v1/members/ext:ada/levels").json()["data"][0]["slug"])


def _leaderboard(shop: Shop) -> str:
    return str(shop.get("/v1/leaderboards").json()["data"][0]["slug"])


def _challenge(shop: Shop) -> str:
    return str(shop.get("/v1/members/ext:ada/challenges").json()["data"][0]["slug"])


def _badge(shop: Shop) -> str:
    return str(shop.get("/v1/badges").json()["data"][0]["slug"])


def _award(shop: Shop) -> str:
    told = {"badge": _badge(shop), "reason": "For her birthday."}
    return _made(shop, "/v1/members/ext:ada/badges", told)


def _streak(shop: Shop) -> str:
    return str(shop.get("/v1/members/ext:ada/streaks").json()["data"][0]["slug"])


def _referral(shop: Shop) -> str:
    code = shop.get("/v1/members/ext:ada/referral").json()["code"]
    return _made(shop, "/v1/referrals", {"code": code, "friend": "ext:grace"})


def _plan(shop: Shop) -> str:
    return str(shop.get("/v1/members/ext:ada/referral").json()["plan"])


def _reward(shop: Shop) -> str:
    return str(shop.get("/v1/rewards").json()["data"][0]["id"])


def _redemption(shop: Shop) -> str:
    return _made(shop, "/v1/redemptions", {"member": "ext:ada", "reward": "by-hand"})


def _card(shop: Shop) -> str:
    told = {"value": {"amount": 1000, "currency": "EUR"}, "reference": "sale-1"}
    return _made(shop, "/v1/gift-cards", told)


def _batch(shop: Shop) -> str:
    told = shop.post("/v1/voucher-batches", {"reward": "coffee", "count": 1}, key="batch")
    assert told.status_code == 202, told.json()
    return str(told.json()["id"])


def _import(shop: Shop) -> str:
    told = sent(shop, a_table("external_id", "mary"), kind="members")
    return str(told.json()["id"])


def _picture(shop: Shop) -> str:
    return str(sent_picture(shop, a_file(size=(8, next(_heights)))).json()["id"])


ROWS: Final[dict[str, Callable[[Shop], str]]] = {
    "import_id": _import,
    "picture": _picture,
    "member": _member,
    "event": _event,
    "entry": _entry,
    "hold": _hold,
    "quote": _quote,
    "rule": _rule,
    "what_if": _what_if,
    "grant": _grant,
    "merge": _merge,
    "reward": _reward,
    "redemption": _redemption,
    "plan": _plan,
    "referral": _referral,
    "stamp": _stamp,
    "stamp_card": _stamp_card,
    "leaderboard": _leaderboard,
    "badge": _badge,
    "award": _award,
    "level": _level,
    "challenge": _challenge,
    "streak": _streak,
    "card": _card,
    "voucher": _card,
    "batch": _batch,
}

BODIES: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("POST", "/v1/rules/{rule}/what-if"): {"change": "end"},
    ("POST", "/v1/events/{event}/void"): {"reason": "A fake."},
    ("POST", "/v1/holds/{hold}/capture"): {"order_id": "order-1"},
    ("POST", "/v1/members/{member}/adjustments"): ADJUSTMENT,
    ("POST", "/v1/members/{member}/consents"): {
        "consents": [{"purpose": "marketing", "given": True}]
    },
    ("POST", "/v1/members/{member}/gifts"): {
        "reward": "coffee",
        "reason": "goodwill",
        "note": "The milk was off.",
    },
    ("POST", "/v1/members/{member}/merge"): {"into": "ext:grace"},
    ("POST", "/v1/members/{member}/status"): {"status": "suspended"},
    ("POST", "/v1/members/{member}/tier-grants"): GRANT,
    ("POST", "/v1/members/{member}/transfers"): {"to": "ext:grace", "points": 1},
    ("POST", "/v1/tier-grants/{grant}/end"): {"reason": "goodwill"},
    **{
        ("POST", f"/v1/referrals/{{referral}}/{deed}"): {"reason": "Looked at twice."}
        for deed in ("approve", "reject", "reopen")
    },
    ("POST", "/v1/stamp-cards/{stamp_card}/stamps"): {"member": "ext:ada"},
    ("POST", "/v1/leaderboards/{leaderboard}/entries/{member}/reinstate"): {"reason": "His."},
    ("POST", "/v1/leaderboards/{leaderboard}/entries/{member}/suspend"): {"reason": "Own orders."},
    ("POST", "/v1/stamp-cards/{stamp_card}/waivers"): {
        "member": "ext:ada",
        "quantity": 1,
        "reason": "S.",
    },
    ("POST", "/v1/stamps/{stamp}/undo"): {"reason": "The wrong card."},
    ("POST", "/v1/members/{member}/badges"): {"badge": "first-cup-at-corner-cafe", "reason": "A."},
    ("DELETE", "/v1/members/{member}/badges/{award}"): {"reason": "By mistake."},
    ("POST", "/v1/members/{member}/streaks/{streak}/freezes"): {"reason": "For her birthday."},
    ("POST", "/v1/members/{member}/streaks/{streak}/pauses"): dict.fromkeys(
        ("first", "last"), "2038-01-01"
    ),
    ("POST", "/v1/members/{member}/streaks/{streak}/repairs"): {"reason": "The till was down."},
    ("POST", "/v1/referrals/{referral}/appeal"): {"words": "It was me."},
    ("POST", "/v1/referrals/{referral}/attach"): {"code": "K7M2QX4W", "reason": "A lost link."},
    ("POST", "/v1/members/{member}/referral/attach"): {"code": "K7M2QX4W", "reason": "Lost."},
}
