"""Telling: a challenge in sentences, in the active language."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gamification.challenges.kinds import Activation, Recurrence
from gamification.criteria.telling.sentences import Names, condition_phrase
from gamification.criteria.telling.words import CALENDAR
from gamification.prizes.desk.telling import prize_phrase
from loyalty.earning.telling import words
from loyalty.foundation.refusals import Text
from loyalty.programs.texts import in_words

Json = Mapping[str, Any]
THROUGH: Final[Mapping[str, Text]] = {
    "week": gettext_lazy("of the week"),
    "month": gettext_lazy("of the month"),
}


def challenge_lines(told: Json, names: Names) -> list[str]:
    """Who and when, each step, the prize, and what else holds."""
    return [*_frame(told), *_steps(told, names), *_prize(told, names), *_whom(told, names)]


def _frame(told: Json) -> Iterator[str]:
    who = Activation(told.get("activation", Activation.SCHEDULE)).label
    often = Recurrence(told.get("recurrence", Recurrence.NONE)).label
    yield words.ended(_("{who}, {window}").format(who=who, window=_window(told["window"])))
    yield words.ended(_("How often: {how}").format(how=often))


def _window(window: Json) -> str:
    if "calendar" in window:
        return str(CALENDAR[window["calendar"]])
    if "between" in window:
        first, end = (words.day(each) for each in window["between"])
        return _("from {first} until before {end}").format(first=first, end=end)
    lasting = words.duration(window["from_joining"])
    if "through" in window:
        return _("for {duration} from joining on, and on to the end {unit}").format(
            duration=lasting, unit=THROUGH[window["through"]]
        )
    return _("for {duration} from joining on").format(duration=lasting)


def _steps(told: Json, names: Names) -> Iterator[str]:
    is_strict = told.get("order") == "strict"
    for place, step in enumerate(told["steps"], start=1):
        phrase = condition_phrase(step, target=None, names=names)
        name = in_words(step.get("name", {})) or _("Step {number}").format(number=place)
        yield words.ended(_("{name}: {phrase}").format(name=name, phrase=phrase))
    if is_strict and len(told["steps"]) > 1:
        yield _("One step after the other.")
    if "goal" in told:
        goal = told["goal"]
        is_money = told["steps"][0]["measure"].get("value") == "amount"
        target = (
            words.money(goal["target"], names.program.currency)
            if is_money
            else words.number(goal["target"])
        )
        text = (
            _("Each team together: {target}")
            if goal.get("pool") == "team"
            else _("All together: {target}")
        )
        yield words.ended(text.format(target=target))


def _prize(told: Json, names: Names) -> Iterator[str]:
    prize = prize_phrase(told.get("prize"), names=names)
    if prize:
        yield words.ended(_("It brings: {prize}").format(prize=prize))
    if "winners" in told:
        count = words.number(told["winners"])
        yield words.ended(_("Prizes for the first: {count}").format(count=count))


def _whom(told: Json, names: Names) -> Iterator[str]:
    if "who" in told:
        phrase = condition_phrase(told["who"], target=None, names=names)
        yield words.ended(_("For whoever: {phrase}").format(phrase=phrase))
    if "after" in told:
        name = names.of("challenge", told["after"])
        yield words.ended(_("Only after the challenge {name}").format(name=name))
