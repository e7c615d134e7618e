"""Sources: from what a card gives stamps by itself (G-69)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gamification.criteria.measures.specs import Spec, read_spec
from loyalty.programs.tenants import Program

Settings = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """From what a card gives stamps by itself: a measure per event, so much of it a stamp, at most so many an event."""

    measure: Settings
    step: int = 1
    per_event_max: int | None = None

    @classmethod
    def read(cls, settings: Settings) -> "Source | None":
        """`order_lines` (pieces), `orders`, `amount` (a stamp a step) or `events`; None where only hands stamp."""
        told = settings.get("stamps_from")
        if not told:
            return None
        most = told.get("max_per_event")
        if "order_lines" in told:
            measure = {"kind": "deeds.sum", "of": "order.line", "value": "quantity"}
            return cls(measure=_narrowed(measure, told["order_lines"]), per_event_max=most)
        if "amount" in told:
            measure = {"kind": "deeds.sum", "of": "order.line", "value": "amount"}
            narrowed = _narrowed(measure, told["amount"])
            return cls(measure=narrowed, step=told["amount"]["step"], per_event_max=most)
        if "orders" in told:
            measure = {"kind": "deeds.count", "of": "order.paid"}
            return cls(measure=_narrowed(measure, told["orders"]), per_event_max=most)
        return cls(
            measure={"kind": "deeds.count", "of": told["events"]["type"]}, per_event_max=most
        )

    def stamps(self, worth: int) -> int:
        """How many stamps an event of this net worth gives."""
        stamps = worth // self.step
        return stamps if self.per_event_max is None else min(stamps, self.per_event_max)


def _narrowed(measure: dict[str, Any], told: Settings) -> Settings:
    names = {"categories": "category", "skus": "sku", "places": "place", "min_amount": "min_amount"}
    where = {word: told[name] for name, word in names.items() if name in told}
    return {**measure, "where": where} if where else measure


def specs_of(program: Program, settings: Settings, *, zone: str = "") -> list[Spec]:
    """The measure that wakes a card, if it stamps by itself."""
    source = Source.read(settings)
    if source is None:
        return []
    return [read_spec(source.measure, program=program, pointer="/stamps_from", zone=zone)]
