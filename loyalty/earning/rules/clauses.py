"""Clauses: one revision of a rule, compiled once into values that judging can ask without looking anything up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from django.utils.dateparse import parse_datetime

from loyalty.earning.basis import Line
from loyalty.earning.expressions import Expression
from loyalty.earning.rules.conditions import expression_of, why_not
from loyalty.foundation.ids import Id
from loyalty.programs.calendar import Period, Unit
from loyalty.programs.expiry import Policy
from loyalty.programs.times.windows import Window

# What is still pending then ends as cancelled, unless the rule says another time (E-55).
CANCEL_AFTER: Final[Mapping[str, str]] = {"order.fulfilled": "P90D", "safe_order": "P12M"}
FORM_TEXT_MAX = 50_000  # 200 SKUs of 200 characters; the language itself stops at 100,000


@dataclass(frozen=True, slots=True)
class Pick:
    """Which lines a rule looks at (E-31): by SKU or category; what is excluded is out whatever includes it."""

    include_skus: frozenset[str]
    include_categories: frozenset[str]
    exclude_skus: frozenset[str]
    exclude_categories: frozenset[str]

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Pick":
        include, exclude = told.get("include", {}), told.get("exclude", {})
        return cls(
            frozenset(include.get("skus", ())),
            frozenset(include.get("categories", ())),
            frozenset(exclude.get("skus", ())),
            frozenset(exclude.get("categories", ())),
        )

    def picks(self, line: Line) -> bool:
        if line.sku in self.exclude_skus or self.exclude_categories & line.categories:
            return False
        if not self.include_skus and not self.include_categories:
            return True
        return line.sku in self.include_skus or bool(self.include_categories & line.categories)


@dataclass(frozen=True, slots=True)
class PerPeriod:
    """So many (points, or times) in one calendar period."""

    most: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one rule (E-40 to E-42, E-44); absent ones are empty."""

    once_fields: tuple[str, ...] = ()
    once_unit: Unit = Unit.EVER
    cooldown: Period | None = None
    times: tuple[PerPeriod, ...] = ()
    points_per_event: int | None = None
    points_per_member: tuple[PerPeriod, ...] = ()
    budget: PerPeriod | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Limits":
        once = told.get("once_per") or {}
        if isinstance(once, list):
            once = {"fields": once}
        budget = told.get("budget")
        return cls(
            once_fields=tuple(once.get("fields", ())),
            once_unit=Unit(once.get("period", "ever")),
            cooldown=Period.read(told["cooldown"]) if "cooldown" in told else None,
            times=_per_period(told.get("times"), "times"),
            points_per_event=told.get("points_per_event"),
            points_per_member=_per_period(told.get("points_per_member"), "points"),
            budget=PerPeriod(budget["points"], Unit(budget["period"])) if budget else None,
        )

    @property
    def asks_for_usage(self) -> bool:
        return bool(self.once_fields or self.cooldown or self.times or self.points_per_member)


@dataclass(frozen=True, slots=True)
class Unlocking:
    """When points open (E-55): `after` counted from the event, or from something later that must come in time."""

    after: Period
    after_text: str
    source: str
    cancel_after: Period

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Unlocking":
        source = told.get("from", "event")
        cancel_after = told.get("cancel_after") or CANCEL_AFTER.get(source, "P0D")
        return cls(
            after=Period.read(told["after"]),
            after_text=told["after"],
            source=source,
            cancel_after=Period.read(cancel_after),
        )

    @property
    def waits(self) -> bool:
        """Whether something later than the event must come."""
        return self.source in CANCEL_AFTER


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """One revision, ready to be judged by. Ordered by priority, then age, wherever order matters (E-32)."""

    rule_id: Id
    revision_id: Id
    shown: str
    slug: str
    version: int
    created_at: datetime
    definition: Mapping[str, Any]
    currency: str
    kind: str
    points: int
    per: int
    rate: Fraction  # points for one minor unit
    whole_steps: bool
    by: Fraction
    pick: Pick | None
    conditions: tuple[tuple[str, Expression], ...]
    windows: tuple[Window, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    tiers: frozenset[str]
    segments: frozenset[str]
    priority: int
    exclusive: bool
    multipliable: bool
    limits: Limits
    unlock: Unlocking | None
    expiry: Mapping[str, Any] | None
    policy: Policy | None
    rounding: str | None
    counts_for_tier: bool

    @property
    def is_multiplier(self) -> bool:
        return self.kind == "multiplier"

    @property
    def rank(self) -> tuple[int, datetime, Id]:
        """Highest priority first, then the older rule."""
        return -self.priority, self.created_at, self.rule_id


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose definition it is."""

    rule_id: Id
    revision_id: Id
    shown: str
    version: int
    created_at: datetime


def compile_clause(definition: Mapping[str, Any], *, origin: Origin) -> Clause:
    """The clause of a definition that fits the shape. Refusal: ExpressionInvalid."""
    effect = definition["effect"]
    unlock, expiry = definition.get("unlock"), definition.get("expiry")
    return Clause(
        rule_id=origin.rule_id,
        revision_id=origin.revision_id,
        shown=origin.shown,
        slug=definition["slug"],
        version=origin.version,
        created_at=origin.created_at,
        definition=definition,
        currency=definition["currency"],
        kind=effect["kind"],
        points=effect.get("points", 0),
        per=effect.get("per", 1),
        rate=Fraction(effect.get("points", 0), effect.get("per", 1)),
        whole_steps=effect.get("whole_steps", False),
        by=Fraction(effect.get("by", "1")),
        pick=Pick.read(definition["lines"]) if "lines" in definition else None,
        conditions=_conditions(definition),
        windows=tuple(Window.read(told) for told in definition.get("windows", ())),
        starts_at=_instant(definition.get("starts_at")),
        ends_at=_instant(definition.get("ends_at")),
        tiers=frozenset(definition.get("tiers", ())),
        segments=frozenset(definition.get("segments", ())),
        priority=definition.get("priority", 0),
        exclusive=definition.get("exclusive", False),
        multipliable=definition.get("multipliable", effect["kind"] != "fixed"),
        limits=Limits.read(definition.get("limits", {})),
        unlock=Unlocking.read(unlock) if unlock else None,
        expiry=expiry,
        policy=Policy.read(expiry) if expiry else None,
        rounding=definition.get("rounding"),
        counts_for_tier=definition.get("counts_for_tier", False),
    )


def _conditions(definition: Mapping[str, Any]) -> tuple[tuple[str, Expression], ...]:
    asked = [
        (why_not(told), Expression(expression_of(told), characters_max=FORM_TEXT_MAX))
        for told in definition.get("conditions", {}).get("all", ())
    ]
    if definition.get("expression"):
        asked.append(("condition_false", Expression(definition["expression"])))
    return tuple(asked)


def _per_period(told: Any, what: str) -> tuple[PerPeriod, ...]:
    listed = told if isinstance(told, list) else [told] if told else []
    return tuple(PerPeriod(item[what], Unit(item["period"])) for item in listed)


def _instant(told: str | None) -> datetime | None:
    return parse_datetime(told) if told else None
