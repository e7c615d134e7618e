"""Matching: whether a rule applies to an event, and why not (E-22 to E-26). Pure: no query, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, Final, Protocol

from loyalty.earning.basis import SHIPPING, Basis
from loyalty.earning.expressions import Seen
from loyalty.earning.kinds import MemberFacts, Told
from loyalty.earning.rules.clauses import Clause
from loyalty.programs.calendar import local_day, zone_named
from loyalty.programs.times.windows import WEEKDAYS, any_holds

_UTC_MIDNIGHT: Final = "T00:00:00+00:00"


class TierInForce(Protocol):
    """The tier that judges an event: the one before it (E-26, T-12)."""

    @property
    def slug(self) -> str: ...
    @property
    def rank(self) -> int: ...
    @property
    def multiplier(self) -> Fraction: ...
    @property
    def expiry(self) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a rule did not apply: a code of E-51 and the numbers of its sentence."""

    why_not: str
    values: Mapping[str, Any]


class Scene:
    """One event as rules see it: local time, basis, tier, and the words of the expression language (E-23)."""

    def __init__(
        self, told: Told, *, basis: Basis | None, tier: TierInForce | None, zone: str
    ) -> None:
        self.told = told
        self.basis = basis
        self.tier = tier
        self.zone = zone
        # Rules look at the instant that judges; limits and terms count from the event's own day (E-45, E-55).
        self.judged_at: datetime = told.as_of.at if told.as_of else told.occurred_at
        self.local: datetime = self.judged_at.astimezone(zone_named(zone))
        self.judged_on: date = self.local.date()
        self.day: date = local_day(told.occurred_at, zone) if told.as_of else self.judged_on
        self._misses: dict[Clause, Miss | None] = {}

    def miss_of(self, clause: Clause) -> Miss | None:
        """As the function of that name; asked once, though both sides of a what-if look at the same clause."""
        if clause not in self._misses:
            self._misses[clause] = miss_of(clause, self)
        return self._misses[clause]

    @cached_property
    def seen(self) -> Seen:
        """Made for the first rule that asks, shared by all others."""
        return Seen(self._event() | self._order() | self._member() | self._time())

    def _event(self) -> dict[str, Any]:
        told = self.told
        words: dict[str, Any] = {"event.type": told.type, "event.data": told.data}
        if told.channel:
            words["event.channel"] = told.channel
        if told.store:
            words["event.store"] = told.store
        return words

    def _order(self) -> dict[str, Any]:
        """Money in whole minor units of programme currency, rounded down."""
        basis = self.basis
        if basis is None:
            return {}
        order, factor = basis.order, basis.factor
        whole = int if factor == 1 else lambda minor_units: int(minor_units * factor)
        bought = [counted for counted in basis.lines if counted.line.line_id != SHIPPING]
        return {
            "order.basis": int(basis.worth),
            "order.goods": whole(order.goods),
            "order.total": whole(order.total),
            "order.currency": order.currency,
            "order.number": self.told.order.number if self.told.order else 1,
            "order.quantity": sum(counted.line.quantity for counted in bought),
            "order.lines": [
                {
                    "line_id": counted.line.line_id,
                    "sku": counted.line.sku,
                    "quantity": counted.line.quantity,
                    "amount": whole(counted.line.amount),
                    "basis": int(counted.worth),
                    "categories": list(counted.line.categories),
                }
                for counted in bought
            ],
        }

    def _member(self) -> dict[str, Any]:
        member = self.told.member
        words: dict[str, Any] = {
            "member.tier": self.tier.slug if self.tier else "",
            "member.tier_rank": self.tier.rank if self.tier else 0,
            "member.segments": list(member.segments),
            "member.days_since_joined": days_since_joined(member, self.judged_on, zone=self.zone),
            "member.is_birthday": False,
            "member.done": [*member.done, self.told.type],
        }
        if member.attributes is not None:
            words["member.attributes"] = member.attributes
        days = days_to_birthday(member, self.judged_on)
        if days is not None:
            words |= {"member.is_birthday": days == 0, "member.days_to_birthday": days}
        return words

    def _time(self) -> dict[str, Any]:
        return {
            "time.date": datetime.fromisoformat(self.judged_on.isoformat() + _UTC_MIDNIGHT),
            "time.weekday": WEEKDAYS[self.local.weekday()],
            "time.hour": self.local.hour,
            "time.minute": self.local.minute,
        }


def days_since_joined(member: MemberFacts, day: date, *, zone: str) -> int:
    """Local days from the day of joining to this one."""
    return (day - member.joined_at.astimezone(zone_named(zone)).date()).days


def days_to_birthday(member: MemberFacts, day: date) -> int | None:
    """Days to the nearest birthday, negative after it; 29 February falls on the 28th in common years (E-7)."""
    if member.birthday is None:
        return None
    around = (
        _birthday_in(year, *member.birthday) for year in (day.year - 1, day.year, day.year + 1)
    )
    return min(((birthday - day).days for birthday in around), key=abs)


def miss_of(clause: Clause, scene: Scene) -> Miss | None:
    """Why this live clause does not apply to the event; None if it does. The cheapest questions come first."""
    at = scene.judged_at
    if (clause.starts_at and at < clause.starts_at) or (clause.ends_at and at >= clause.ends_at):
        return Miss("outside_dates", {"date": scene.judged_on.isoformat()})
    if clause.tiers and (scene.tier is None or scene.tier.slug not in clause.tiers):
        return Miss("wrong_tier", {"tier": scene.tier.slug if scene.tier else None})
    if clause.segments and not clause.segments & scene.told.member.segments:
        return Miss("not_in_segment", {})
    if clause.windows and not any_holds(clause.windows, scene.local):
        return Miss("outside_window", {"at": scene.local.strftime("%H:%M"), "weekday": WEEKDAYS[scene.local.weekday()]})  # fmt: skip
    return _unmet(clause, scene)


def _unmet(clause: Clause, scene: Scene) -> Miss | None:
    for position, (why_not, expression) in enumerate(clause.conditions, start=1):
        answer = expression.ask(scene.seen)
        if answer.holds:
            continue
        if answer.fault:
            return Miss(answer.fault, {"condition": position, "field": answer.field})
        values: dict[str, Any] = {"condition": position}
        if why_not == "order_number" and scene.told.order:
            values["number"] = scene.told.order.number
        elif why_not == "wrong_tier":
            values["tier"] = scene.tier.slug if scene.tier else None
        return Miss(why_not, values)
    return None


def _birthday_in(year: int, month: int, number: int) -> date:
    if (month, number) == (2, 29):
        return date(year, 3, 1) - timedelta(days=1)
    return date(year, month, number)
