"""Specs: a measure as told becomes one canonical value; equal measures have equal digests (G-18)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gamification.criteria.measures import shapes
from gamification.criteria.refusals import ConditionUnsupported, MeasureUnknown
from gamification.deeds.kinds import ORDER_LINE, ORDER_PAID, POINTS_EARNED, REFERRAL_APPROVED
from loyalty.events.kept.types import event_types
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Malformed, Problem
from loyalty.foundation.shapes import Shape, below
from loyalty.programs.calendar import Period, midnight
from loyalty.programs.tenants import Program, currencies_of

_SHAPES: Final = {kind: Shape(schema) for kind, schema in shapes.KINDS.items()}
EVER: Final = "ever"
_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Spec:
    """One measure, checked and canonical. `since` and `until` are a fixed window, `rolling` is seconds."""

    kind: str
    canonical: str
    of: str = ""
    value: str = ""
    currency_id: Id | None = None
    where: Mapping[str, Any]
    calendar: str = ""
    rolling: int = 0
    since: datetime | None = None
    until: datetime | None = None
    since_joined: bool = False
    since_opened: bool = False
    daily_cap: int = 0
    include_prizes: bool = False
    told: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """What equal specs share."""
        return hashlib.md5(self.canonical.encode(), usedforsecurity=False).hexdigest()

    @property
    def is_over_deeds(self) -> bool:
        """Whether deeds are counted; else it looks at how the member stands."""
        return self.kind in shapes.OVER_DEEDS

    @property
    def is_additive(self) -> bool:
        """Whether the value moves by difference (G-17)."""
        is_summed = self.is_over_deeds and self.kind != shapes.DISTINCT
        return is_summed and not (self.daily_cap or self.rolling)

    @property
    def is_state(self) -> bool:
        """Whether it may stand under `not` (G-13)."""
        if self.kind == shapes.TIER:
            return self.told.get("when") == "now"
        return self.kind in shapes.STATE_LEAVES

    def opened(self, at: datetime | None) -> "Spec":
        """The same with the instant at which its definition opened, if it counts from there."""
        if not self.since_opened or at is None:
            return self
        canonical = f"{self.canonical}@{at.isoformat()}"
        return replace(self, since=at, since_opened=False, canonical=canonical)


def read_spec(
    told: Mapping[str, Any], *, program: Program, pointer: str = "", zone: str = ""
) -> Spec:
    """The measure in this JSON, in the zone frozen in its version or the programme's. Raises MeasureUnknown, ConditionUnsupported, Malformed."""
    kind = told.get("kind")
    shape = _SHAPES.get(str(kind))
    if shape is None:
        raise MeasureUnknown(name=kind, pointer=below(pointer, "kind"))
    shape.demand(dict(told), pointer=pointer)
    zone = zone or program.zone
    if kind not in shapes.OVER_DEEDS:
        return _state(told, zone=zone, pointer=pointer)
    of = REFERRAL_APPROVED if kind == shapes.REFERRALS else told["of"]
    if not _is_known(of, program):
        raise MeasureUnknown(name=of, pointer=below(pointer, "of"))
    spec = Spec(
        kind=told["kind"],
        canonical=json.dumps({**told, "zone": zone}, sort_keys=True, separators=(",", ":")),
        of=of,
        value=told.get("value", ""),
        currency_id=_currency(told, of=of, program=program, pointer=pointer),
        where=told.get("where", {}),
        daily_cap=told.get("daily_cap", 0),
        include_prizes=told.get("include_prizes", False),
        told=dict(told),
        **_window(told.get("window", EVER), zone=zone, pointer=below(pointer, "window")),
    )
    _refuse_unsupported(spec, pointer=pointer)
    return spec


def deed_kinds(program: Program) -> list[str]:
    """Every kind of deed that this programme knows: its event types, and what is derived from them."""
    return [*event_types(program), ORDER_LINE, POINTS_EARNED, REFERRAL_APPROVED]


def _is_known(kind: str, program: Program) -> bool:
    return kind in deed_kinds(program)


def _state(told: Mapping[str, Any], *, zone: str, pointer: str) -> Spec:
    window: dict[str, Any] = {}
    if told["kind"] == shapes.WITHIN:
        between = {"between": [told["from"], told["to"]]}
        window = _window(between, zone=zone, pointer=below(pointer, "to"))
    canonical = json.dumps({**told, "zone": zone}, sort_keys=True, separators=(",", ":"))
    return Spec(kind=told["kind"], canonical=canonical, where={}, told=dict(told), **window)


def _window(told: Any, *, zone: str, pointer: str) -> dict[str, Any]:
    """What a window comes to: fixed instants, a calendar unit, exact seconds (G-6)."""
    if told == EVER:
        return {}
    if "calendar" in told:
        return {"calendar": told["calendar"]}
    if "since" in told:
        return {
            "since_joined": told["since"] == "joined",
            "since_opened": told["since"] == "opened",
        }
    if "rolling" in told:
        period = Period.read(told["rolling"])
        if period.months or period.is_zero:
            raise ConditionUnsupported(
                what=_("a rolling window is days or hours, not months"), pointer=pointer
            )
        return {"rolling": period.days * _DAY_SECONDS + period.seconds}
    first, end = (date.fromisoformat(day) for day in told["between"])
    if first >= end:
        message = _("The window ends before it begins.")
        raise Malformed(problems=[Problem(pointer=pointer, code="invalid", message=message)])
    return {"since": midnight(first, zone), "until": midnight(end, zone)}


def _currency(told: Mapping[str, Any], *, of: str, program: Program, pointer: str) -> Id | None:
    """A sum of points names one kind of points (G-14)."""
    slug = told.get("currency")
    if slug is None:
        if told.get("value") == "points":
            raise ConditionUnsupported(
                what=_("a sum of points names one kind of points"),
                pointer=below(pointer, "currency"),
            )
        return None
    currency = currencies_of(program).get(slug)
    if currency is None or of != POINTS_EARNED:
        raise MeasureUnknown(name=slug, pointer=below(pointer, "currency"))
    return currency.pk


def _refuse_unsupported(spec: Spec, *, pointer: str) -> None:
    what, place = None, "value"
    amount = next((each for each in ("min_amount", "max_amount") if each in spec.where), None)
    if spec.rolling and spec.kind == shapes.DISTINCT:
        what, place = _("a rolling window counts or sums, nothing else"), "window"
    elif spec.value == "category" and spec.of != ORDER_LINE:
        what = _("only lines of orders have categories")
    elif spec.value == "amount" and spec.of not in {ORDER_LINE, ORDER_PAID}:
        what = _("only orders and their lines have an amount")
    elif spec.value == "points" and spec.of != POINTS_EARNED:
        what = _("only entries have points")
    elif amount and spec.of not in {ORDER_LINE, ORDER_PAID}:
        what, place = _("only orders and their lines have an amount"), f"where/{amount}"
    if what is not None:
        raise ConditionUnsupported(what=what, pointer=below(pointer, *place.split("/")))
