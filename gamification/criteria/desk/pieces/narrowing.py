"""Narrowing: which deeds a measure counts, and when: the pieces of `where` and `window`."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.pieces.around import NOT_INCLUDED
from gamification.criteria.desk.pieces.piece import Piece
from gamification.criteria.measures.shapes import WEEKDAYS
from gamification.criteria.telling.words import CALENDAR, SINCE, WINDOWS
from loyalty.earning.desk.inputs import CODE, TEXT_LENGTH_MAX, Money, Span, Words, text
from loyalty.earning.desk.pieces.around import choice, day
from loyalty.earning.desk.pieces.piece import Json
from loyalty.earning.telling.words import WEEKDAYS as WEEKDAY_WORDS

EVER: Final = "ever"


class Attributes(forms.CharField):
    """Further details of an event, `name = value`, one a line; numbers and yes or no are told as such."""

    def __init__(self, **how: Any) -> None:
        widget = forms.Textarea(attrs={**CODE, "rows": 2})
        super().__init__(required=False, max_length=TEXT_LENGTH_MAX, widget=widget, **how)

    def clean(self, value: Any) -> dict[str, Any]:
        found = {}
        for line in super().clean(value).splitlines():
            name, is_told, told = (part.strip() for part in line.partition("="))
            if line.strip() and not (name and is_told and told):
                raise forms.ValidationError(_("Write each line as: name = value."))
            if name:
                found[name] = _plain(told)
        return found

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return "\n".join(f"{name} = {_spelt(each)}" for name, each in value.items())


class WherePiece(Piece):
    """Which deeds count; all that is filled in must fit."""

    sku = Words(label=_("Only the articles"), help_text=_("Separated by commas."))
    category = Words(label=_("Only goods of the categories"))
    place = Words(label=_("Only at the places"))
    min_amount = Money(label=_("Each worth at least"))
    max_amount = Money(label=_("Each worth at most"))
    weekday = forms.MultipleChoiceField(
        label=_("Weekdays"),
        required=False,
        choices=[(each, WEEKDAY_WORDS[each]) for each in WEEKDAYS],
        widget=forms.CheckboxSelectMultiple,
    )
    hours_from = text(_("From"), help_text=_("Programme time, such as 15:00."))
    hours_to = text(_("To"), help_text=NOT_INCLUDED)
    attribute = Attributes(
        label=_("Further details of the event"), help_text=_("One a line, such as cup.size = large")
    )

    unsaid = frozenset({"hours_from", "hours_to", "attribute"})

    def fields_of(self, told: Mapping[str, Any]) -> Json:
        hours: Any = told.get("hours")
        is_pair = isinstance(hours, list) and len(hours) == 2
        return super().fields_of(told) | (dict(zip(("hours_from", "hours_to"), hours, strict=True)) if is_pair else {})  # fmt: skip

    def said(self) -> Any:
        found: Json = super().said()
        told = self.cleaned_data
        if told.get("hours_from") or told.get("hours_to"):
            found["hours"] = [told["hours_from"], told["hours_to"]]
        if told.get("attribute"):
            found["attribute"] = told["attribute"]
        return found

    def blame(self, steps: Sequence[str], message: str) -> None:
        if steps and steps[0] == "hours":
            name = "hours_to" if steps[1:] == ["1"] else "hours_from"
            self.add_error(name, message)
        else:
            super().blame(steps[:1], message)


class WindowPiece(Piece):
    """When: at any time, or within what."""

    kind = choice(_("When it counts"), WINDOWS.items())
    calendar = choice(_("Which period"), CALENDAR.items())
    rolling = Span(label=_("How long"))
    first_day = day(_("From the day"))
    end_day = day(_("To the day"), help_text=NOT_INCLUDED)
    since = choice(_("Since when"), SINCE.items())

    only_for = {
        "calendar": ("calendar",),
        "rolling": ("rolling",),
        "first_day": ("between",),
        "end_day": ("between",),
        "since": ("since",),
    }

    def fields_of(self, told: Mapping[str, Any]) -> Json:
        return shown_window(told, kinds=("calendar", "rolling", "between", "since"))

    def said(self) -> Any:
        kind = self.cleaned_data["kind"]
        if kind == EVER:
            return EVER if self.told == EVER else None
        return {kind: said_window(self.cleaned_data, kind)}

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("kind") == "rolling" and "rolling" in told and not told["rolling"]:
            self.add_error("rolling", _("This field is required."))
        return told

    def blame(self, steps: Sequence[str], message: str) -> None:
        self.add_error(blamed_in_window(self["kind"].value(), steps), message)


def shown_window(told: Mapping[str, Any], *, kinds: Sequence[str]) -> Json:
    """A window that is told by one of these keys, as fields; `between` as two days."""
    kind = next((each for each in kinds if each in told), None)
    if kind is None:
        return {}
    if kind != "between":
        return {"kind": kind, kind: told[kind]}
    first, end = told[kind]
    return {"kind": kind, "first_day": first, "end_day": end}


def said_window(cleaned: Mapping[str, Any], kind: str) -> Any:
    """What stands under the key of the window."""
    return [cleaned["first_day"], cleaned["end_day"]] if kind == "between" else cleaned[kind]


def blamed_in_window(kind: str, steps: Sequence[str]) -> str:
    """The field that a problem of a window is about."""
    if kind == "between":
        return "first_day" if steps[1:] == ["0"] else "end_day"
    return "kind" if kind == EVER else kind


def _plain(told: str) -> Any:
    if told.removeprefix("-").isascii() and told.removeprefix("-").isdigit():
        return int(told)
    return {"true": True, "false": False}.get(told, told)


def _spelt(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
