"""Sentences of an explanation (E-50, E-51): every code has one; the numbers in it are those that were kept."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.earning.telling import words
from loyalty.foundation.refusals import Text

Values = Mapping[str, Any]

STEPS: Final[Mapping[str, Text]] = {
    "fixed": _("{after}."),
    "per_amount": _("{each} for each {per} of {of}: {after}."),
    "per_full_amount": _("{each} for each full {per} of {of}: {after}."),
    "per_item": _("{each} for each item, {of} of them: {after}."),
    "per_line": _("{each} for each line, {of} of them: {after}."),
    "tier_multiplier": _("{tier} members get {by} times as many: {after}."),
    "multiplied": _("{by_rule} makes it {by} times as many: {after}."),
    "max_multiplier": _("Together at most {limit} times as many: {after}."),
    "rounded_down": _("Rounded down: {after}."),
    "rounded_half_up": _("Rounded: {after}."),
    "rounded_up": _("Rounded up: {after}."),
    "points_per_event": _("At most {limit} for one event: {after}."),
    "points_per_member": _("At most {limit} {period}, {used} are used: {after}."),
    "currency_points_per_event": _("At most {limit} for one event by all rules: {after}."),
    "currency_points_per_member": _(
        "At most {limit} {period} by all rules, {used} are used: {after}."
    ),
    "balance_cap": _("The balance can be at most {limit}, it is {used}: {after}."),
    "budget": _("{space} are left of the budget of {limit}: {after}."),
    "quote_not_used": _("The quote was not used: the order is another one, or came too late."),
    "quote_lowered": _(
        "The quote promised {quoted} by {by_rule}; since then limits were used up: {after}."
    ),
}

REASONS: Final[Mapping[str, Text]] = {
    "paused": _("{rule} was paused."),
    "outside_dates": _("{rule} does not hold on {date}."),
    "outside_window": _("{rule} holds {windows}; it was {weekday}, {at}."),
    "wrong_tier": _("{rule} is for other tiers."),
    "not_in_segment": _("{rule} is for a group that you are not in."),
    "condition_false": _("A condition of {rule} does not hold."),
    "condition_failed": _("A condition of {rule} could not be worked out."),
    "field_missing": _("{rule} needs {field}, which was not told."),
    "no_lines_match": _("{rule} counts none of these goods."),
    "order_number": _("{rule} is for other orders than your order number {number}."),
    "once_per": _("{rule} counts once, and has counted already."),
    "cooldown": _("{rule} counts again only after a pause of {cooldown}."),
    "times": _("{rule} counts {limit} times {period}, {used} are used."),
    "excluded_by": _("{by_rule} stands alone, so {rule} does not count."),
    "trimmed_to_zero": _("A limit of {rule} is used up."),
    "nothing_counts": _("Nothing of this counts for {rule}."),
    "member_suspended": _("The membership is suspended."),
    "birthday_kept": _("A birthday that was changed lately counts from next year on."),
    "would_have_expired": _("The points would have expired already."),
    "history": _("This was brought in as history, which gives no points."),
    "no_rule_applies": _("No rule applies."),
    "no_rules": _("There is no rule for this."),
}


def step_sentence(step: Values, *, currency: str, names: Values) -> str:
    """The sentence of one step; `names` knows `tier`, and rules by their shown id."""
    told = {key: _told(key, value, currency=currency) for key, value in step.items()}
    if "of" in step and "per" not in step:
        told["of"] = words.number(step["of"])
    if "code" in step and step["code"] == "fixed":
        told["after"] = words.points(step["after"])
    told |= {"tier": names.get("tier", ""), "by_rule": names.get(step.get("rule", ""), "")}
    return str(STEPS[step["code"]]).format_map(_Lenient(told))


def reason_sentence(why_not: str, values: Values, *, names: Values) -> str:
    """The sentence of a reason why a rule did not apply, or why nothing was earned."""
    told = {key: _told(key, value, currency="") for key, value in values.items()}
    told["rule"] = names.get(values.get("rule", ""), "")
    told["by_rule"] = names.get(values.get("by_rule", ""), "")
    told["windows"] = names.get("windows", "")
    if values.get("weekday"):
        told["weekday"] = str(words.WEEKDAYS[values["weekday"]])
    return words.ended(str(REASONS[why_not]).format_map(_Lenient(told)))


class _Lenient(dict[str, Any]):
    """An explanation of an older release may lack a value; then the sentence has a gap instead of failing."""

    def __missing__(self, key: str) -> str:
        return "…"


def _told(key: str, value: Any, *, currency: str) -> Any:
    writer = _WRITERS.get(key)
    return writer(value, currency) if writer else value


_WRITERS: Final[Mapping[str, Callable[[Any, str], str]]] = {
    "each": lambda value, _currency: words.points(value),
    "per": lambda value, currency: words.money(value, currency),
    "of": lambda value, currency: words.money(value, currency) if currency else str(value),
    "before": lambda value, _currency: words.number(value),
    "after": lambda value, _currency: words.number(value),
    "limit": lambda value, _currency: words.number(value),
    "period": lambda value, _currency: words.period(value),
    "cooldown": lambda value, _currency: words.duration(value),
    "date": lambda value, _currency: words.day(value),
}
