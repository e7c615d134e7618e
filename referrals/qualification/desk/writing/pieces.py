"""Pieces of a plan: whole days, what a side gets, caps, the guard with its weights."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.earning.desk.inputs import Money, Span, number
from loyalty.earning.desk.pieces.around import choice, offer
from loyalty.earning.desk.pieces.piece import Json, Piece
from referrals.guard.kinds import BLOCK_RULES, WEIGHTS, Signal
from referrals.plans.kinds import Preset, RewardKind

POINTS, VOUCHER, PAYABLE = (str(kind) for kind in RewardKind)
_REQUIRED = {POINTS: ("points", "currency"), VOUCHER: ("reward",), PAYABLE: ("money__amount",)}


class Days(Span):
    """So many days or weeks (R-2)."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        units: Any = self.fields[1]
        units.choices = [each for each in units.choices if each[0] in {"D", "W"}]
        self.widget.widgets[1].choices = units.choices

    def compress(self, data_list: list[Any]) -> str:
        if data_list and data_list[0] == 0:
            raise forms.ValidationError(_("At least one day."))
        return super().compress(data_list)


def kept_empty(said: Json, before: Mapping[str, Any]) -> Json:
    """What was told as empty, and is empty still, goes on standing there."""
    return said | {name: value for name, value in before.items() if value in ([], {}) and name not in said}  # fmt: skip


class RewardPiece(Piece):
    """What one side gets, or nothing."""

    kind = choice(
        _("Reward"),
        [
            ("", _("nothing")),
            (POINTS, _("points")),
            (VOUCHER, _("a reward of the catalogue")),
            (PAYABLE, _("money, paid outside")),
        ],
    )
    points = number(_("Points"))
    currency = choice(_("Kind of points"))
    reward = choice(_("Reward of the catalogue"))
    money__amount = Money(label=_("Amount"), least=1)
    cost = Money(label=_("What it costs us"))

    only_for = {
        "points": (POINTS,),
        "currency": (POINTS,),
        "reward": (VOUCHER,),
        "money__amount": (PAYABLE,),
        "cost": (POINTS, VOUCHER),
    }

    def build(self) -> None:
        offer(self.fields["currency"], self.around.currencies, told=self.before.get("currency"))
        offer(self.fields["reward"], self.around.rewards, told=self.before.get("reward"))

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        for name in _REQUIRED.get(told.get("kind", ""), ()):
            if name in told and not told[name]:
                self.add_error(name, _("This field is required."))
        return told

    def said(self) -> Any:
        said: Json = super().said()
        if "money" in said:
            said["money"]["currency"] = self.around.program.currency
        return said

    def blame(self, steps: Sequence[str], message: str) -> None:
        """What is wrong with the whole is wrong with what is chosen."""
        super().blame(steps or ["kind"], message)


class CapPiece(Piece):
    """At most so many rewards in a period."""

    times = number(_("At most so many rewards"), max_value=1_000_000)
    period = choice(
        _("Period"),
        [
            ("month", _("a month")),
            ("quarter", _("a quarter")),
            ("half_year", _("half a year")),
            ("year", _("a year")),
            ("ever", _("in all")),
        ],
    )
    always = frozenset({"period"})

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("times") is None and "times" not in self.errors:
            self.add_error("times", _("This field is required."))
        return told


class GuardPiece(Piece):
    """How strict the guard is; alone a word, with weights and borders of its own an object."""

    preset = choice(_("How strict"), Preset.choices, initial=Preset.MODERATE)
    review_from = number(_("To review from"), help_text=_("Empty: as the preset has it."))
    block_from = number(_("Blocked from"), help_text=_("Empty: as the preset has it."))
    switched_off = forms.MultipleChoiceField(
        label=_("Signals that are not looked at"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    always = frozenset({"preset"})
    layout = (
        ("", True, ("preset",)),
        (_("Borders"), False, ("review_from", "block_from")),
        (_("Signals and their weights"), False, ("switched_off", "weights__")),
    )

    def __init__(self, *, told: Any = None, **how: Any) -> None:
        self.is_word = not isinstance(told, dict)
        super().__init__(told={"preset": told} if isinstance(told, str) else told, **how)

    def build(self) -> None:
        known = {str(each): Signal(each).label for each in Signal if each not in BLOCK_RULES}
        more = {name: name for name in self.before.get("switched_off", ()) if name not in known}
        switched_off: Any = self.fields["switched_off"]
        switched_off.choices = list((known | more).items())
        for signal, label in known.items():
            self.fields[f"weights__{signal}"] = number(
                label,
                least=0,
                max_value=1000,
                help_text=_("Usually {weight}.").format(weight=WEIGHTS[signal]),
            )
        self.initial = self.fields_of(self.before)

    def said(self) -> Any:
        said = kept_empty(super().said(), self.before)
        before = self.before.get("switched_off", [])
        if before and set(before) == set(said.get("switched_off", ())):
            said["switched_off"] = before
        if not self.is_word or said.keys() != {"preset"}:
            return said
        is_told = bool(self.before) or said["preset"] != Preset.MODERATE
        return said["preset"] if is_told else None

    def blame(self, steps: Sequence[str], message: str) -> None:
        super().blame(steps or ["preset"], message)
