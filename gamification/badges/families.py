"""Families: what a badge says, read once: condition, growing tiers, how often, when taken back (G-37, G-38, G-42)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gamification.badges.kinds import GAME, PREFIX, TIERS_MAX, Hand, Repeat, Revocation
from gamification.badges.picturing import images_in, images_of
from gamification.criteria.conditions import Condition, read_condition
from gamification.criteria.life.games import Settings
from gamification.criteria.measures.shapes import CONDITION
from gamification.criteria.measures.specs import Spec
from gamification.criteria.refusals import ConditionUnsupported
from gamification.prizes.shapes import PRIZE, check_prizes
from loyalty.foundation.refusals import Text
from loyalty.foundation.shapes import DURATION, POSITIVE, SLUG, TEXTS, Schema, closed
from loyalty.pictures.naming import IMAGE, demand_pictures
from loyalty.programs.calendar import Period
from loyalty.programs.tenants import Program

_TIER: Final[Schema] = closed(
    {
        "slug": SLUG,
        "target": POSITIVE,
        "name": TEXTS,
        "description": TEXTS,
        "image": {"anyOf": [IMAGE, {**TEXTS, "additionalProperties": IMAGE}]},
        "prize": PRIZE,
        "edition": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
    },
    required=["slug", "target"],
)
FIELDS: Final[Mapping[str, Schema]] = {
    "condition": CONDITION,
    "tiers": {"type": "array", "minItems": 1, "maxItems": TIERS_MAX, "items": _TIER},
    "repeat": {"enum": list(Repeat.values)},
    "revocation": {"enum": list(Revocation.values)},
    "valid_for": DURATION,
    "secret": {"type": "boolean"},
    "by_hand": {"enum": list(Hand.values)},
}
REQUIRED: Final = ("condition", "tiers")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tier:
    """One tier: its rank from 1, target and what it brings."""

    rank: int
    slug: str
    target: int
    name: Mapping[str, str]
    description: Mapping[str, str]
    image: Mapping[str, str]
    prize: Mapping[str, Any] | None
    edition: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """A badge as receivers need it."""

    condition: Condition
    tiers: Sequence[Tier]
    repeat: str
    revocation: str
    valid_for: Period | None
    is_secret: bool
    by_hand: str

    @property
    def targets(self) -> list[int]:
        return [tier.target for tier in self.tiers]

    @property
    def is_every(self) -> bool:
        return self.repeat == Repeat.EVERY

    def tier_ranked(self, rank: int) -> Tier:
        """The tier of this rank."""
        return self.tiers[rank - 1]

    def tier_called(self, slug: str | None) -> Tier | None:
        """The tier of this short name; the first, if none is named."""
        if slug is None:
            return self.tiers[0]
        return next((tier for tier in self.tiers if tier.slug == slug), None)


def read_family(program: Program, settings: Settings, zone: str, opened_at: datetime | None = None) -> Family:  # fmt: skip
    """The family in these settings. Raises what reading a condition raises."""
    condition = read_condition(
        settings["condition"], program=program, pointer="/condition", zone=zone
    )
    valid_for = settings.get("valid_for")
    return Family(
        condition=condition.opened(opened_at) if opened_at else condition,
        tiers=[_tier(rank, told) for rank, told in enumerate(settings["tiers"], start=1)],
        repeat=settings.get("repeat", Repeat.ONCE),
        revocation=settings.get("revocation", Revocation.IF_EVIDENCE_VOID),
        valid_for=Period.read(valid_for) if valid_for else None,
        is_secret=settings.get("secret", False),
        by_hand=settings.get("by_hand", Hand.EVERYONE),
    )


def check(program: Program, settings: Settings) -> None:
    """Refuse what cannot be decided or given: targets that do not grow, repeats without a period, unknown prizes."""
    family = read_family(program, settings, program.zone)
    found = _unsupported(family)
    if found is not None:
        pointer, what = found
        raise ConditionUnsupported(what=what, pointer=pointer)
    told = [(f"/tiers/{tier.rank - 1}/prize", tier.prize) for tier in family.tiers if tier.prize]
    check_prizes(program, told)
    demand_pictures(program=program, named=images_in(settings))


def _unsupported(family: Family) -> tuple[str, Text] | None:
    """The first thing that cannot be decided: where it stands, and what it would take."""
    marked = family.condition.marked
    if marked is None:
        return "/condition", _("a badge needs one measure without a target: its tiers bring the targets")  # fmt: skip
    before: list[Tier] = []
    for place, tier in enumerate(family.tiers):
        if before and tier.target <= before[-1].target:
            return f"/tiers/{place}/target", _("targets grow from tier to tier")
        if tier.slug in {each.slug for each in before}:
            return f"/tiers/{place}/slug", _("each tier has a short name of its own")
        before.append(tier)
    if family.repeat != Repeat.ONCE and len(family.tiers) > 1:
        return "/repeat", _("a badge that repeats has one tier")
    if family.repeat == Repeat.PER_PERIOD and not _window(family, marked).calendar:
        return "/repeat", _("once a period needs a calendar window")
    if family.is_every and not _window(family, marked).is_additive:
        return "/repeat", _("every time is for counts and sums without a cap")
    return None


def specs(program: Program, settings: Settings, *, zone: str = "") -> list[Spec]:
    """Every measure that the condition looks at."""
    condition = read_condition(
        settings["condition"], program=program, pointer="/condition", zone=zone
    )
    return condition.specs


def prizes(settings: Settings) -> list[Mapping[str, Any]]:
    """What its tiers pay."""
    return [tier["prize"] for tier in settings["tiers"] if "prize" in tier]


def _window(family: Family, marked: int) -> Spec:
    return family.condition.leaves[marked].spec


def _tier(rank: int, told: Mapping[str, Any]) -> Tier:
    return Tier(
        rank=rank,
        slug=told["slug"],
        target=told["target"],
        name=told.get("name", {}),
        description=told.get("description", {}),
        image=images_of(told),
        prize=told.get("prize"),
        edition=told.get("edition"),
    )


__all__ = ["FIELDS", "GAME", "PREFIX", "REQUIRED", "Family", "Tier", "check", "prizes", "read_family", "specs"]  # fmt: skip
