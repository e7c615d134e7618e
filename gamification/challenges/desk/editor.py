"""The form of a challenge: who takes part and when, its steps, the prize, a shared goal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from gamification.challenges.kinds import GAME, Activation, Recurrence
from gamification.criteria.desk.editors import BEFORE, Editor, register_editor
from gamification.criteria.desk.pieces.around import NOT_INCLUDED, choice, day, offer, yes
from gamification.criteria.desk.pieces.conditions import ConditionPiece
from gamification.criteria.desk.pieces.measures import DEEDS, STATES, CountedPiece, as_money
from gamification.criteria.desk.pieces.narrowing import (
    blamed_in_window,
    said_window,
    shown_window,
)
from gamification.criteria.desk.pieces.piece import Json, Piece
from gamification.criteria.desk.pieces.rows import Rows
from gamification.criteria.measures import shapes
from gamification.criteria.telling.sentences import Names, condition_phrase
from gamification.criteria.telling.words import CALENDAR
from gamification.prizes.desk.pieces import PrizePiece
from gamification.prizes.desk.telling import prize_phrase
from loyalty.earning.desk.inputs import Span, number
from loyalty.earning.telling import words
from loyalty.programs.texts import in_words
from loyalty.tiers.desk.drafts.inputs import Amount

KINDS = [
    ("from_joining", _("for so long, from joining on")),
    ("between", _("between two days")),
    ("calendar", _("in one calendar period")),
]
THROUGH = {"": "-", "week": _("of the week"), "month": _("of the month")}


class ChallengeWindowPiece(Piece):
    """When it can be done."""

    kind = choice(_("When it can be done"), KINDS)
    first_day = day(_("From the day"))
    end_day = day(_("To the day"), help_text=NOT_INCLUDED)
    calendar = choice(_("Which period"), CALENDAR.items())
    from_joining = Span(label=_("How long"), help_text=_("The day of joining is the first day."))
    through = choice(_("and on to the end"), THROUGH.items())

    only_for = {
        "first_day": ("between",),
        "end_day": ("between",),
        "calendar": ("calendar",),
        "from_joining": ("from_joining",),
        "through": ("from_joining",),
    }

    def fields_of(self, told: Mapping[str, Any]) -> Json:
        shown = shown_window(told, kinds=[kind for kind, _label in KINDS])
        return shown | ({"through": told["through"]} if "through" in told else {})

    def said(self) -> Any:
        kind = self.cleaned_data["kind"]
        found = {kind: said_window(self.cleaned_data, kind)}
        if kind == "from_joining" and self.cleaned_data["through"]:
            found["through"] = self.cleaned_data["through"]
        return found

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        for name in ("from_joining", "first_day", "end_day"):
            if self.is_asked(name) and name in told and not told[name]:
                self.add_error(name, _("This field is required."))
        return told

    def blame(self, steps: Sequence[str], message: str) -> None:
        kind = self["kind"].value()
        self.add_error(
            "through" if steps == ["through"] else blamed_in_window(kind, steps), message
        )


class StepPiece(CountedPiece):
    """One step: so much of one measure. It has no window of its own."""

    texts = {"name": _("Name of the step")}
    kinds = (*DEEDS, shapes.REFERRALS, shapes.STREAK)
    has_window = False
    layout = (
        ("", True, ("measure", "at_least")),
        (_("Name of the step"), False, ("name__",)),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("at_least") is None and "at_least" not in self.errors:
            self.add_error("at_least", _("This field is required."))
        return told


class GoalPiece(Piece):
    """What all reach together, if anything."""

    target = Amount(label=_("All together at least"))
    min_contribution = Amount(label=_("Each of them at least"))
    pool = choice(
        _("Who adds up"), [("everyone", _("everyone")), ("team", _("each team by itself"))]
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("min_contribution") is not None and told.get("target") is None:
            self.add_error("target", _("This field is required."))
        return told


class ChallengeEditor(Editor):
    """A challenge as staff write it."""

    activation = choice(_("Who takes part"), Activation.choices)
    recurrence = choice(_("How often"), Recurrence.choices)
    order = choice(
        _("Order of the steps"),
        [("free", _("as they come")), ("strict", _("one after the other"))],
    )
    count_from = choice(
        _("What counts"),
        [
            ("opened", _("everything in the time")),
            ("joined", _("only what is done after joining")),
        ],
    )
    after = choice(_("Only after the challenge"))
    max_repeats_per_event = number(_("Rounds that one event may finish at most"))
    carry_over = yes(_("What is left over counts for the next round"))
    winners = number(_("Prizes for the first"), help_text=_("Empty: for all who do it."))
    on_correction = choice(
        _("When what counted was returned"),
        [("reopen", _("it is open again")), ("keep", _("it stays done"))],
    )

    layout = (
        (_("Its name"), True, ("name__", "slug")),
        (_("When, and who takes part"), True, ("activation", "window", "recurrence")),
        (_("What is to be done"), True, ("steps", "order", "count_from")),
        (_("The prize"), True, ("prize", "winners")),
        (_("Whom it is for"), False, ("who", "after")),
        (_("Reached together"), False, ("goal",)),
        (_("Further terms"), False, ("on_correction", "max_repeats_per_event", "carry_over")),
        BEFORE,
    )  # fmt: skip

    def build(self) -> None:
        offer(
            self.fields["after"], self.around.of_game(GAME), told=self.before.get("after")
        )  # fmt: skip
        steps = Rows(StepPiece, title=_("Step"), more=_("Another step"), **self.inside("steps"))
        goal = GoalPiece(**self.inside("goal"))
        self.inner |= {
            "window": ChallengeWindowPiece(**self.inside("window")),
            "steps": steps,
            "prize": PrizePiece(**self.inside("prize")),
            "who": ConditionPiece(
                kinds=STATES, has_window=False, is_optional=True, **self.inside("who")
            ),
            "goal": goal,
        }
        counts_money = any(
            isinstance(step, StepPiece) and step.measure.counts_money for step in steps
        )
        for name in ("target", "min_contribution"):
            as_money(goal, name, counts_money=counts_money)

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if not self.steps.filled:
            self.add_error(None, _("A challenge has at least one step."))
        return told

    @property
    def steps(self) -> Rows:
        found = self.inner["steps"]
        assert isinstance(found, Rows)
        return found

    @staticmethod
    def tells(told: Json, names: Names) -> list[str]:
        """Who and when, each step, the prize, and what else holds."""
        return [*_frame(told), *_steps(told, names), *_prize(told, names), *_whom(told, names)]


def _frame(told: Json) -> Iterator[str]:
    who = Activation(told.get("activation", Activation.SCHEDULE)).label
    often = Recurrence(told.get("recurrence", Recurrence.NONE)).label
    yield words.ended(now_("{who}, {window}").format(who=who, window=_window(told["window"])))
    yield words.ended(now_("How often: {how}").format(how=often))


def _window(window: Json) -> str:
    if "calendar" in window:
        return str(CALENDAR[window["calendar"]])
    if "between" in window:
        first, end = (words.day(each) for each in window["between"])
        return now_("from {first} until before {end}").format(first=first, end=end)
    lasting = words.duration(window["from_joining"])
    if "through" in window:
        return now_("for {duration} from joining on, and on to the end {unit}").format(
            duration=lasting, unit=THROUGH[window["through"]]
        )
    return now_("for {duration} from joining on").format(duration=lasting)


def _steps(told: Json, names: Names) -> Iterator[str]:
    is_strict = told.get("order") == "strict"
    for place, step in enumerate(told["steps"], start=1):
        phrase = condition_phrase(step, target=None, names=names)
        name = in_words(step.get("name", {})) or now_("Step {number}").format(number=place)
        yield words.ended(now_("{name}: {phrase}").format(name=name, phrase=phrase))
    if is_strict and len(told["steps"]) > 1:
        yield now_("One step after the other.")
    if "goal" in told:
        goal = told["goal"]
        is_money = told["steps"][0]["measure"].get("value") == "amount"
        target = (
            words.money(goal["target"], names.program.currency)
            if is_money
            else words.number(goal["target"])
        )
        text = (
            now_("Each team together: {target}")
            if goal.get("pool") == "team"
            else now_("All together: {target}")
        )
        yield words.ended(text.format(target=target))


def _prize(told: Json, names: Names) -> Iterator[str]:
    prize = prize_phrase(told.get("prize"), names=names)
    if prize:
        yield words.ended(now_("It brings: {prize}").format(prize=prize))
    if "winners" in told:
        count = words.number(told["winners"])
        yield words.ended(now_("Prizes for the first: {count}").format(count=count))


def _whom(told: Json, names: Names) -> Iterator[str]:
    if "who" in told:
        phrase = condition_phrase(told["who"], target=None, names=names)
        yield words.ended(now_("For whoever: {phrase}").format(phrase=phrase))
    if "after" in told:
        name = names.of("challenge", told["after"])
        yield words.ended(now_("Only after the challenge {name}").format(name=name))


register_editor(GAME, ChallengeEditor)
