"""A rule in one sentence (U-30): when it applies, what it gives, and what limits it, in the reader's language."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty.earning.telling import words
from loyalty.earning.telling.becoming import becoming
from loyalty.foundation.refusals import Text
from loyalty.programs.texts import in_a_row

Told = Mapping[str, Any]

TRIGGERS: Final[Mapping[str, Text]] = {
    "order.paid": gettext_lazy("an order is paid"),
    "order.fulfilled": gettext_lazy("an order is fulfilled"),
    "order.late": gettext_lazy("an order is late"),
    "review.written": gettext_lazy("a review is written"),
    "share.made": gettext_lazy("something is shared"),
    "visit.made": gettext_lazy("a shop is visited"),
    "app.used": gettext_lazy("the app is used"),
    "profile.completed": gettext_lazy("a profile is completed"),
    "newsletter.joined": gettext_lazy("somebody joins the newsletter"),
    "member.enrolled": gettext_lazy("a member joins"),
    "member.anniversary": gettext_lazy("a member has an anniversary"),
    "member.birthday": gettext_lazy("a member has a birthday"),
    "ticket.opened": gettext_lazy("a ticket is opened"),
    "ticket.resolved": gettext_lazy("a ticket is resolved"),
}


def rule_sentence(definition: Told, *, money: str, zone: str) -> str:
    """What a rule does, in one sentence; `money` and `zone` are the programme's currency and clocks."""
    when = words.either([str(TRIGGERS.get(kind, kind)) for kind in definition["triggers"]])
    sentence = _("When {event}: {effect}").format(event=when, effect=_effect(definition, money))
    qualified = [
        *_qualifiers(definition, money, zone),
        *_limits(definition.get("limits", {})),
        *becoming(definition),
    ]
    return words.ended(in_a_row([sentence, *qualified]))


def _effect(definition: Told, money: str) -> str:
    effect = definition["effect"]
    if effect["kind"] == "multiplier":
        return _("{by} times the points").format(by=words.number(effect["by"]))
    given = words.points(effect["points"])
    if effect["kind"] == "per_amount":
        per = words.money(effect["per"], money)
        if effect.get("whole_steps"):
            return _("{points} for each full {per}").format(points=given, per=per)
        return _("{points} for each {per}").format(points=given, per=per)
    if effect["kind"] == "per_item":
        return _("{points} for each item").format(points=given)
    if effect["kind"] == "per_line":
        return _("{points} for each line").format(points=given)
    return given


def _qualifiers(definition: Told, money: str, zone: str) -> list[str]:
    """What must hold besides the event, in the order in which it is asked."""
    parts = [write(definition[key]) for key, write in _QUALIFIERS.items() if definition.get(key)]
    for key, text in (("starts_at", _("since {instant}")), ("ends_at", _("until {instant}"))):
        if definition.get(key):
            parts.append(text.format(instant=words.instant(definition[key], zone)))
    conditions = definition.get("conditions", {}).get("all", ())
    parts += [_condition(told, money) for told in conditions]
    if definition.get("expression"):
        parts.append(_("if {expression}").format(expression=words.code(definition["expression"])))
    return parts


def _lines(lines: Told) -> str:
    parts = []
    if "include" in lines:
        parts.append(_("on {goods}").format(goods=_goods(lines["include"])))
    if "exclude" in lines:
        parts.append(_("not on {goods}").format(goods=_goods(lines["exclude"])))
    return in_a_row(parts)


_QUALIFIERS: Final[Mapping[str, Callable[[Any], str]]] = {
    "lines": _lines,
    "tiers": lambda told: _("in the tier {tiers}").format(tiers=words.either(told)),
    "segments": lambda told: _("in the group {groups}").format(groups=words.either(told)),
    "windows": words.windows,
}


def _goods(pick: Told) -> str:
    return words.either([*pick.get("categories", ()), *pick.get("skus", ())])


def _condition(told: Told, money: str) -> str:
    ((kind, value),) = told.items()
    return _CONDITIONS[kind](value, money)


def _range(value: Told, write: Callable[[int], str]) -> str:
    parts = []
    if "at_least" in value:
        parts.append(_("at least {much}").format(much=write(value["at_least"])))
    if "at_most" in value:
        parts.append(_("at most {much}").format(much=write(value["at_most"])))
    return words.listed(parts)


def _any_or_none(value: Told, _money: str) -> str:
    parts = []
    if "any" in value:
        parts.append(_("with {goods}").format(goods=words.either(value["any"])))
    if "none" in value:
        parts.append(_("without {goods}").format(goods=words.either(value["none"])))
    return words.listed(parts)


def _order_number(value: Any, _money: str) -> str:
    if value == "first":
        return _("for the first order")
    if "is" in value:
        return _("for order number {number}").format(number=value["is"])
    return _("for every order number {number}").format(number=value["every"])


def _review(value: Any, _money: str) -> str:
    if value == "verified":
        return _("if the review is verified")
    if value == "with_photo":
        return _("if the review has a photo")
    return _("if the review is rated at least {rating}").format(rating=value["rated_at_least"])


def _named(value: Any) -> str:
    return words.either(value if isinstance(value, list) else [value])


def _data(value: Told, _money: str) -> str:
    if "is" in value:
        return _("if {field} is {value}").format(field=value["field"], value=value["is"])
    if "in" in value:
        choices = words.either([str(each) for each in value["in"]])
        return _("if {field} is {value}").format(field=value["field"], value=choices)
    return _("if {field} is {value}").format(field=value["field"], value=_range(value, str))


_CONDITIONS: Final[Mapping[str, Callable[[Any, str], str]]] = {
    "order": lambda value, money: _("for orders worth {much}").format(
        much=_range(value, lambda amount: words.money(amount, money))
    ),
    "skus": _any_or_none,
    "categories": _any_or_none,
    "quantity": lambda value, _m: _("with items: {count}").format(count=_range(value, str)),
    "currency": lambda value, _m: _("for orders in {currency}").format(currency=_named(value)),
    "channel": lambda value, _m: _("by the channel {channel}").format(channel=_named(value)),
    "store": lambda value, _m: _("in the store {store}").format(store=_named(value)),
    "tier": lambda value, _m: _("in the tier {tiers}").format(tiers=_named(value)),
    "segment": lambda value, _m: _("in the group {groups}").format(groups=_named(value)),
    "order_number": _order_number,
    "days_since_joining": lambda value, _m: _("days since joining: {days}").format(
        days=_range(value, str)
    ),
    "birthday_within": lambda value, _m: _("within {days} days of the birthday").format(days=value),
    "review": _review,
    "has_done": lambda value, _m: _("once all of this is done: {events}").format(
        events=words.listed(list(value))
    ),
    "data": _data,
}


def _limits(told: Told) -> list[str]:
    parts = []
    once = told.get("once_per")
    if once:
        fields = once if isinstance(once, list) else once["fields"]
        unit = "ever" if isinstance(once, list) else once.get("period", "ever")
        once_text = _("once per {fields} {period}")
        parts.append(once_text.format(fields=words.listed(list(fields)), period=words.period(unit)))
    if "cooldown" in told:
        parts.append(_("with a pause of {pause}").format(pause=words.duration(told["cooldown"])))
    for each in _listed(told.get("times")):
        times_text = _("at most {times} times {period}")
        parts.append(times_text.format(times=each["times"], period=words.period(each["period"])))
    if "points_per_event" in told:
        most = words.points(told["points_per_event"])
        parts.append(_("at most {points} for one event").format(points=most))
    per_member = _("at most {points} {period}")
    parts += [_most(each, per_member) for each in _listed(told.get("points_per_member"))]
    if "budget" in told:
        parts.append(_most(told["budget"], _("at most {points} {period} for all together")))
    return parts


def _most(told: Told, text: str) -> str:
    return text.format(points=words.points(told["points"]), period=words.period(told["period"]))


def _listed(told: Any) -> list[Told]:
    return told if isinstance(told, list) else [told] if told else []
