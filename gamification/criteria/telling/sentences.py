"""Sentences: a measure with its target as a phrase, a condition as phrases joined by and, or, not."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from gamification.criteria.measures import shapes
from gamification.criteria.models import Definition
from gamification.criteria.telling.words import (
    CALENDAR,
    KIND_WORDS,
    SINCE,
    SUMMED,
    TENURES,
    TOLD_APART,
)
from loyalty.earning.telling import words
from loyalty.programs.tenants import Program, currencies_of
from loyalty.programs.texts import in_words
from loyalty.tiers.ladders.reading import ladder_of

Json = Mapping[str, Any]


class Names:
    """What short names of a programme mean to people; every list is read when it is first asked for."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._lists: dict[str, Mapping[str, Mapping[str, str]]] = {}

    def of(self, what: str, slug: str) -> str:
        """The name in the active language, or the short name itself."""
        return in_words(self._texts(what).get(slug, {})) or slug

    def add(self, what: str, make: Callable[[], Mapping[str, Mapping[str, str]]]) -> None:
        """Names that rooms above know of; unless they are known already."""
        if what not in self._lists:
            self._lists[what] = make()

    def _texts(self, what: str) -> Mapping[str, Mapping[str, str]]:
        if what not in self._lists:
            self._lists |= self._read(what)
        return self._lists.get(what, {})

    def _read(self, what: str) -> dict[str, Mapping[str, Mapping[str, str]]]:
        if what == "currency":
            known = currencies_of(self.program)
            return {what: {slug: each.name for slug, each in known.items()}}
        if what == "tier":
            live = ladder_of(self.program.pk).live
            return {what: {each.slug: each.name for each in live.terms.tiers} if live else {}}
        read: dict[str, dict[str, Mapping[str, str]]] = {what: {}}
        for row in Definition.objects.filter(program=self.program):
            read.setdefault(row.game, {})[row.slug] = row.name
        return dict(read)


def measure_phrase(told: Json, *, target: int | None, names: Names) -> str:
    """A measure with how much of it: `Paid orders: 10 or more (within one month)`."""
    phrase = _WRITERS[told["kind"]](told, target, names)
    further = [*_filters(told.get("where", {}), names), *_frame(told)]
    return _("{phrase} ({further})").format(phrase=phrase, further="; ".join(further)) if further else phrase  # fmt: skip


def condition_phrase(told: Json, *, target: int | None, names: Names) -> str:
    """A condition; `target` is for the measure that has none of its own."""
    if "not" in told:
        return _("not: {phrase}").format(phrase=condition_phrase(told["not"], target=target, names=names))  # fmt: skip
    for word, join in (("all", words.listed), ("any", words.either)):
        if word in told:
            parts = [_inner(each, target=target, names=names) for each in told[word]]
            return join(parts)
    return measure_phrase(told["measure"], target=told.get("at_least", target), names=names)


def _inner(told: Json, *, target: int | None, names: Names) -> str:
    phrase = condition_phrase(told, target=target, names=names)
    is_group = any(len(told.get(word, ())) > 1 for word in ("all", "any"))
    return f"[{phrase}]" if is_group else phrase


def _or_more(what: object, much: str | None) -> str:
    if much is None:
        return str(what)
    return _("{what}: {much} or more").format(what=what, much=much)


def _number(target: int | None) -> str | None:
    return None if target is None else words.number(target)


def _count(told: Json, target: int | None, names: Names) -> str:
    if told.get("currency"):
        what = _("Times {currency} were earned").format(currency=names.of("currency", told["currency"]))  # fmt: skip
        return _or_more(what, _number(target))
    return _or_more(_kind(told), _number(target))


def _sum(told: Json, target: int | None, names: Names) -> str:
    if told["value"] == "points":
        what = _("{currency} earned").format(currency=names.of("currency", told["currency"]))
        return _or_more(what, _number(target))
    much = _number(target)
    if told["value"] == "amount" and target is not None:
        much = words.money(target, names.program.currency)
    what = _("{what}, {value} in all").format(what=_kind(told), value=SUMMED[told["value"]])
    return _or_more(what, much)


def _distinct(told: Json, target: int | None, names: Names) -> str:
    what = _("{what}, different {value}").format(what=_kind(told), value=TOLD_APART[told["value"]])
    return _or_more(what, _number(target))


def _tier(told: Json, target: int | None, names: Names) -> str:
    name = names.of("tier", told["tier"])
    if told.get("when") == "now":
        return _("is now in the tier {tier} or above").format(tier=name)
    return _("has reached the tier {tier}").format(tier=name)


def _streak(told: Json, target: int | None, names: Names) -> str:
    name = names.of("streak", told["streak"])
    if told.get("which") == "current":
        return _or_more(_("Length of the streak {name} now").format(name=name), _number(target))
    return _or_more(_("Longest streak {name}").format(name=name), _number(target))


def _badge(told: Json, target: int | None, names: Names) -> str:
    name = names.of("badge", told["badge"])
    tier = f" · {told['tier']}" if told.get("tier") else ""
    return _("holds the badge {name}").format(name=f"{name}{tier}")


def _within(told: Json, target: int | None, names: Names) -> str:
    first, end = words.day(told["from"]), words.day(told["to"])
    return _("from {first} until before {end}").format(first=first, end=end)


_WRITERS: Final[Mapping[str, Callable[[Json, int | None, Names], str]]] = {
    shapes.COUNT: _count,
    shapes.SUM: _sum,
    shapes.DISTINCT: _distinct,
    shapes.REFERRALS: lambda told, target, names: _or_more(
        KIND_WORDS["referral.approved"], _number(target)
    ),
    shapes.TENURE: lambda told, target, names: _or_more(TENURES[told["unit"]], _number(target)),
    shapes.TIER: _tier,
    shapes.SEGMENT: lambda told, target, names: _("is in the group {group}").format(
        group=told["segment"]
    ),
    shapes.WITHIN: _within,
    shapes.STREAK: _streak,
    shapes.BADGE: _badge,
    shapes.CHALLENGE: lambda told, target, names: _or_more(
        _("Challenge {name} done").format(name=names.of("challenge", told["challenge"])),
        _number(target),
    ),
    shapes.LEVEL: lambda told, target, names: _or_more(
        _("Level of {name}").format(name=names.of("level", told["level"])), _number(target)
    ),
}


def _kind(told: Json) -> str:
    return str(KIND_WORDS.get(told["of"], told["of"]))


def _filters(where: Json, names: Names) -> list[str]:
    """What counts only, clause by clause."""
    money = names.program.currency
    parts = [
        text.format(words=words.either(where[key]))
        for key, text in (
            ("sku", _("only the articles {words}")),
            ("category", _("only goods of {words}")),
            ("place", _("only at {words}")),
        )
        if key in where
    ]
    if "min_amount" in where:
        parts.append(_("each from {money}").format(money=words.money(where["min_amount"], money)))
    if "max_amount" in where:
        parts.append(_("each up to {money}").format(money=words.money(where["max_amount"], money)))
    if "weekday" in where:
        days = [str(words.WEEKDAYS[each]) for each in where["weekday"]]
        parts.append(_("on {days}").format(days=words.either(days)))
    if "hours" in where:
        first, end = where["hours"]
        parts.append(_("from {first} to {end}").format(first=first, end=end))
    parts += [f"{name}: {value}" for name, value in where.get("attribute", {}).items()]
    return parts


def _frame(told: Json) -> Iterable[str]:
    """The window, and how much of a day counts."""
    window = told.get("window", "ever")
    if window != "ever":
        yield _window(window)
    if "daily_cap" in told:
        yield _("at most {count} a day").format(count=words.number(told["daily_cap"]))
    if told.get("include_prizes"):
        yield _("points from games count too")


def _window(window: Json) -> str:
    if "calendar" in window:
        return str(CALENDAR[window["calendar"]])
    if "rolling" in window:
        return _("within {duration}").format(duration=words.duration(window["rolling"]))
    if "since" in window:
        return str(SINCE[window["since"]])
    first, end = (words.day(each) for each in window["between"])
    return _("from {first} until before {end}").format(first=first, end=end)
