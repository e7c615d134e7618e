"""The form of a streak: what is done in every period, freezes, days of rest, whose clock."""

from collections.abc import Iterator
from typing import Final

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.editors import BEFORE, Editor, register_editor
from gamification.criteria.desk.pieces.measures import COUNT, SUM, CountedPiece
from gamification.criteria.measures.shapes import WEEKDAYS
from gamification.criteria.telling.sentences import Names, condition_phrase
from gamification.streaks.kinds import GAME
from gamification.streaks.walks.terms import FREEZES
from loyalty.earning.desk.inputs import Words, number
from loyalty.earning.desk.pieces.around import choice
from loyalty.earning.desk.pieces.piece import Json
from loyalty.earning.telling import words

PERIODS: Final = {"day": _("every day"), "week": _("every week"), "month": _("every month")}
CLOCKS: Final = {
    "programme": _("the programme's clock"),
    "member": _("each member's own clock"),
}
GRACE_HOURS_MAX: Final = 24
FREEZES_MAX: Final = 10


class StreakEditor(Editor):
    """A streak as staff write it."""

    period = choice(_("How often"), PERIODS.items())
    freezes__start = number(
        _("Freezes at the beginning"), least=0, max_value=FREEZES_MAX, initial=FREEZES["start"]
    )
    freezes__every = number(
        _("Another one for so many done"), max_value=366, initial=FREEZES["every"]
    )
    freezes__max = number(
        _("Owned at most"), least=0, max_value=FREEZES_MAX, initial=FREEZES["max"]
    )
    freezes__in_a_row = number(
        _("Used in a row at most"), max_value=FREEZES_MAX, initial=FREEZES["in_a_row"]
    )
    rest__weekdays = forms.MultipleChoiceField(
        label=_("Weekdays of rest"),
        required=False,
        choices=[(each, words.WEEKDAYS[each]) for each in WEEKDAYS],
        widget=forms.CheckboxSelectMultiple,
    )
    rest__dates = Words(
        label=_("Dates of rest"), help_text=_("Such as 2026-12-25, separated by commas.")
    )
    grace = choice(
        _("Hours that still count afterwards"),
        [(f"PT{hours}H", str(hours)) for hours in range(GRACE_HOURS_MAX + 1)],
    )
    clock = choice(_("By which clock"), CLOCKS.items())
    day_start = number(_("Hour at which a day begins"), least=0, max_value=6, initial=0)

    always = frozenset({"period"})
    layout = (
        (_("Its name"), True, ("name__", "slug")),
        (_("What is to be done"), True, ("period", "condition")),
        (_("Freezes: what bridges a period in which nothing was done"), True, ("freezes__",)),
        (_("Rest and grace"), False, ("rest__", "grace")),
        (_("Whose day it is"), False, ("clock", "day_start")),
        BEFORE,
    )

    def build(self) -> None:
        self.inner["condition"] = CountedPiece(
            kinds=(COUNT, SUM), has_window=False, **self.inside("condition")
        )

    @staticmethod
    def tells(told: Json, names: Names) -> list[str]:
        """What is done how often, what bridges, when it rests."""
        return [*_done(told, names), *_freezes(told), *_rest(told)]


def _done(told: Json, names: Names) -> Iterator[str]:
    phrase = condition_phrase(told["condition"], target=1, names=names)
    text = now_("{often}: {phrase}").format(often=PERIODS[told["period"]], phrase=phrase)
    yield words.ended(text[:1].upper() + text[1:])


def _freezes(told: Json) -> Iterator[str]:
    freezes = {**FREEZES, **told.get("freezes", {})}
    if not freezes["max"]:
        yield now_("Nothing bridges a period in which nothing was done.")
        return
    numbers = {name: words.number(count) for name, count in freezes.items()}
    yield now_(
        "Freezes: {start} at the beginning, another one for every {every} done, "
        "{max} owned at most, {in_a_row} in a row."
    ).format(**numbers)


def _rest(told: Json) -> Iterator[str]:
    rest = told.get("rest", {})
    days = [str(words.WEEKDAYS[each]) for each in rest.get("weekdays", ())]
    days += [words.day(each) for each in rest.get("dates", ())]
    if days:
        yield words.ended(now_("It rests on {days}").format(days=words.listed(days)))
    if told.get("grace", "PT0H") != "PT0H":
        lasting = words.duration(told["grace"])
        text = now_("What is done within {duration} afterwards still counts").format(duration=lasting)  # fmt: skip
        yield words.ended(text)
    if told.get("clock") == "member":
        yield now_("Days are those of each member's own zone.")


register_editor(GAME, StreakEditor)
