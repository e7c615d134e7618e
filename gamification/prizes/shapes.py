"""What a prize looks like as JSON, and whether the programme can give it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from gamification.prizes.kinds import PrizeKind, TakeBack
from gamification.prizes.models import PlayBudget
from gamification.prizes.refusals import PrizeNotPossible
from loyalty.foundation.shapes import POSITIVE, SLUG, WHOLE, Schema, closed
from loyalty.programs.tenants import Program, currencies_of
from loyalty.rewards.catalogue.offers import on_offer

_COMMON: Final[Mapping[str, Schema]] = {
    "cost": WHOLE,
    "budget": SLUG,
    "take_back": {"enum": list(TakeBack.values)},
}


def _of_kind(kind: str, fields: Mapping[str, Schema], *, required: Iterable[str]) -> Schema:
    return closed({"kind": {"const": kind}, **fields, **_COMMON}, required=["kind", *required])


PRIZE: Final[Schema] = {
    "oneOf": [
        _of_kind(
            PrizeKind.POINTS,
            {"currency": SLUG, "points": POSITIVE, "counts_for_tier": {"type": "boolean"}},
            required=["currency", "points"],
        ),
        _of_kind(PrizeKind.REWARD, {"reward": SLUG}, required=["reward"]),
        _of_kind(PrizeKind.VOUCHER, {"reward": SLUG}, required=["reward"]),
        _of_kind(PrizeKind.BADGE, {"badge": SLUG, "tier": SLUG}, required=["badge"]),
        _of_kind(PrizeKind.STAMPS, {"card": SLUG, "stamps": POSITIVE}, required=["card", "stamps"]),
    ]
}


def check_prizes(program: Program, prizes: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Refuse prizes (each with its pointer) that the programme does not have. Raises PrizeNotPossible."""
    told = list(prizes)
    slugs = {prize["reward"] for _pointer, prize in told if "reward" in prize}
    rewards = {each.slug for each in on_offer(program=program, slugs=slugs)} if slugs else set()
    currencies = set(currencies_of(program))
    budgets = set(PlayBudget.objects.filter(program=program).values_list("slug", flat=True))
    for pointer, prize in told:
        for kind, known in (("currency", currencies), ("reward", rewards), ("budget", budgets)):
            if kind in prize and prize[kind] not in known:
                raise PrizeNotPossible(kind=kind, name=prize[kind], pointer=f"{pointer}/{kind}")


def amount_of(prize: Mapping[str, Any]) -> int:
    """Points, stamps, or pieces."""
    return int(prize.get("points") or prize.get("stamps") or 1)
