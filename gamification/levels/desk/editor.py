"""The form of a curve of levels: of which points, at which thresholds, and what levels bring."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.editors import BEFORE, Editor, register_editor
from gamification.criteria.desk.pieces.piece import Piece
from gamification.criteria.telling.sentences import Names
from gamification.levels.filling import Way, filled
from gamification.levels.kinds import EXPERIENCE_MAX, GAME, LEVELS_MAX
from gamification.prizes.desk.pieces import PrizePiece
from gamification.prizes.desk.telling import prize_phrase
from loyalty.earning.desk.inputs import number
from loyalty.earning.desk.pieces.around import choice, offer
from loyalty.earning.desk.pieces.piece import Json
from loyalty.earning.desk.pieces.rows import Rows
from loyalty.earning.telling import words

_TEXT_LENGTH_MAX = 4_000  # of so many thresholds


class Thresholds(forms.CharField):
    """Whole numbers in one line, separated by commas or blanks."""

    def __init__(self, **how: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 2, "cols": 60, "dir": "ltr", "spellcheck": "false"})
        super().__init__(required=False, max_length=_TEXT_LENGTH_MAX, widget=widget, **how)

    def clean(self, value: Any) -> list[int]:
        told = [each for each in re.split(r"[\s,;،؛]+", super().clean(value)) if each]
        if not all(each.isdecimal() for each in told):
            raise forms.ValidationError(_("Write whole numbers, separated by commas."))
        return [int(each) for each in told]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value


class LevelPrizePiece(Piece):
    """What one level brings."""

    level = number(_("Level"), least=2, max_value=LEVELS_MAX)
    layout = (("", True, ("level", "prize")),)

    def build(self) -> None:
        self.inner["prize"] = PrizePiece(**self.inside("prize"))

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("level") is None and "level" not in self.errors:
            self.add_error("level", _("This field is required."))
        return told


class CurveEditor(Editor):
    """A curve as staff write it."""

    currency = choice(
        _("Kind of points"), help_text=_("Experience: points that are neither spent nor ever end.")
    )
    thresholds = Thresholds(
        label=_("Where levels begin"), help_text=_("From 0 on, growing: 0, 100, 300, 600.")
    )
    way = choice(_("Or fill it in so that"), [("", "-"), *Way.choices])
    step = number(_("The second level begins at"), max_value=EXPERIENCE_MAX)
    levels = number(_("How many levels"), least=2, max_value=LEVELS_MAX)

    unsaid = frozenset({"seen", "way", "step", "levels"})
    layout = (
        (_("Its name"), True, ("name__", "slug")),
        (_("The curve"), True, ("currency", "thresholds")),
        (_("Fill the curve in"), False, ("way", "step", "levels")),
        (_("What levels bring"), True, ("prizes",)),
        BEFORE,
    )

    def build(self) -> None:
        offer(self.fields["currency"], self.around.currencies, told=self.before.get("currency"))
        self.inner["prizes"] = Rows(
            LevelPrizePiece,
            title=_("Prize"),
            more=_("Another prize"),
            **self.inside("prizes"),
        )

    def clean(self) -> dict[str, Any]:
        """Thresholds are written out, or made by a way of filling them in."""
        told = super().clean()
        if told.get("way") and "thresholds" in told:
            for name in ("step", "levels"):
                if not told.get(name) and name not in self.errors:
                    self.add_error(name, _("This field is required."))
            if told.get("step") and told.get("levels"):
                told["thresholds"] = filled(
                    way=Way(told["way"]), step=told["step"], levels=told["levels"]
                )
        for name in ("currency", "thresholds"):
            if name in told and not told[name] and not told.get("way"):
                self.add_error(name, _("This field is required."))
        return told

    def blame(self, steps: Sequence[str], message: str) -> None:
        super().blame(steps[:1] if steps[:1] == ["thresholds"] else steps, message)

    @staticmethod
    def tells(told: Json, names: Names) -> list[str]:
        """Of what, how many levels, where they begin, what they bring."""
        return [*_curve(told, names), *_prizes(told, names)]


def _curve(told: Json, names: Names) -> Iterator[str]:
    name = names.of("currency", told["currency"])
    count = words.number(len(told["thresholds"]))
    yield words.ended(now_("Levels over {currency}: {count}").format(currency=name, count=count))
    for level, begins in enumerate(told["thresholds"][1:], start=2):
        text = now_("Level {level} from {points}").format(
            level=words.number(level), points=words.number(begins)
        )
        yield words.ended(text)


def _prizes(told: Json, names: Names) -> Iterator[str]:
    for each in told.get("prizes", ()):
        prize = prize_phrase(each.get("prize"), names=names)
        text = now_("Level {level} brings: {prize}").format(
            level=words.number(each["level"]), prize=prize
        )
        yield words.ended(text)


register_editor(GAME, CurveEditor)
