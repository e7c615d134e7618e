"""The form of a challenge: who takes part and when, its steps, the prize, a shared goal."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from gamification.challenges.desk.telling import THROUGH, challenge_lines
from gamification.challenges.kinds import GAME, Activation, Recurrence
from gamification.criteria.desk.editors import BEFORE, Editor, register_editor
from gamification.criteria.desk.pieces.around import NOT_INCLUDED
from gamification.criteria.desk.pieces.conditions import ConditionPiece
from gamification.criteria.desk.pieces.measures import DEEDS, STATES, CountedPiece, as_money
from gamification.criteria.desk.pieces.narrowing import (
    blamed_in_window,
    said_window,
    shown_window,
)
from gamification.criteria.desk.pieces.piece import Piece
from gamification.criteria.measures import shapes
from gamification.criteria.telling.sentences import Names
from gamification.criteria.telling.words import CALENDAR
from gamification.prizes.desk.pieces import PrizePiece
from loyalty.earning.desk.inputs import Span, number
from loyalty.earning.desk.pieces.around import choice, day, offer, yes
from loyalty.earning.desk.pieces.piece import Json
from loyalty.earning.desk.pieces.rows import Rows
from loyalty.tiers.desk.drafts.inputs import Amount

KINDS = [
    ("from_joining", _("for so long, from joining on")),
    ("between", _("between two days")),
    ("calendar", _("in one calendar period")),
]


class ChallengeWindowPiece(Piece):
    """When it can be done."""

    kind = choice(_("When it can be done"), KINDS)
    first_day = day(_("From the day"))
    end_day = day(_("To the day"), help_text=NOT_INCLUDED)
    calendar = choice(_("Which period"), CALENDAR.items())
    from_joining = Span(label=_("How long"), help_text=_("The day of joining is the first day."))
    through = choice(_("and on to the end"), [("", "-"), *THROUGH.items()])

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
        return challenge_lines(told, names)


register_editor(GAME, ChallengeEditor)
