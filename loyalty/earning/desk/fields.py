"""Fields of the rule editor: everything usual about a rule by name; `more` holds the rest as the document writes it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.earning.kinds import TRIGGERS
from loyalty.earning.rules.shapes import PERIODS, WEEKDAYS
from loyalty.earning.telling.rules import TRIGGERS as TRIGGER_WORDS
from loyalty.earning.telling.words import PERIODS as PERIOD_WORDS
from loyalty.earning.telling.words import WEEKDAYS as WEEKDAY_WORDS
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.texts import in_words

EFFECTS: Final = [
    ("per_amount", _("points for each amount")),
    ("fixed", _("points, however much")),
    ("per_item", _("points for each item")),
    ("per_line", _("points for each line")),
    ("multiplier", _("a multiple of the points of other rules")),
]
ROUNDINGS: Final = [("", "-"), ("down", _("down")), ("half_up", _("half up")), ("up", _("up"))]
CODE: Final = {"dir": "ltr", "size": 40, "spellcheck": "false"}
TEXT_LENGTH_MAX: Final = 10_000


class Words(forms.CharField):
    """Several words in one line, separated by commas."""

    def __init__(self, **how: Any) -> None:
        super().__init__(
            required=False,
            max_length=TEXT_LENGTH_MAX,
            widget=forms.TextInput(attrs=CODE),
            **how,
        )

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [word.strip() for word in text.split(",") if word.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


def _number(label: Any, **how: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=how.pop("least", 1), **how)


def _text(label: Any, **how: Any) -> forms.CharField:
    widget = forms.TextInput(attrs=CODE)
    return forms.CharField(label=label, required=False, max_length=200, widget=widget, **how)


def _periods() -> list[tuple[str, Any]]:
    return [("", "-"), *((unit, PERIOD_WORDS[unit]) for unit in PERIODS)]


def _period(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=_periods())


class RuleFields(forms.Form):
    """A rule, part by part. Names of fields are paths of the definition, with `__` between steps."""

    slug = forms.SlugField(label=_("Slug"), max_length=50, widget=forms.TextInput(attrs=CODE))
    triggers = forms.MultipleChoiceField(
        label=_("When"), widget=forms.CheckboxSelectMultiple, help_text=_("Any of these events.")
    )
    currency = forms.ChoiceField(label=_("Point currency"))
    effect__kind = forms.ChoiceField(label=_("Give"), choices=EFFECTS)
    effect__points = _number(_("Points"))
    effect__per = _number(_("For each"), help_text=_("Minor units, such as cents."))
    effect__whole_steps = forms.BooleanField(label=_("Full steps only"), required=False)
    effect__by = _text(_("Multiple"), help_text=_("0.001 to 10, such as 1.5."))
    rounding = forms.ChoiceField(label=_("Rounding"), choices=ROUNDINGS, required=False)
    lines__include__categories = Words(label=_("Only goods of the categories"))
    lines__include__skus = Words(label=_("Only the articles"))
    lines__exclude__categories = Words(label=_("Without goods of the categories"))
    lines__exclude__skus = Words(label=_("Without the articles"))
    order__at_least = _number(_("Orders worth at least"), least=0)
    order__at_most = _number(_("Orders worth at most"), least=0)
    tiers = Words(label=_("Tiers"))
    segments = Words(label=_("Groups"))
    window__weekdays = forms.MultipleChoiceField(
        label=_("Weekdays"),
        required=False,
        choices=[(day, WEEKDAY_WORDS[day]) for day in WEEKDAYS],
        widget=forms.CheckboxSelectMultiple,
    )
    window__from = _text(_("From"), help_text=_("Programme time, such as 15:00."))
    window__to = _text(_("To"), help_text=_("Not included; 18:00 or past midnight, such as 02:00."))
    starts_at = _text(_("Starts"), help_text="2026-12-01T00:00:00+02:00")
    ends_at = _text(_("Ends"))
    limits__once_per = Words(
        label=_("Once per"), help_text=_("Fields of the event, such as data.sku.")
    )
    limits__cooldown = _text(_("Pause between two"), help_text="PT24H, P7D")
    times = _number(_("Times at most"))
    times_period = _period(_("in"))
    limits__points_per_event = _number(_("Points for one event at most"))
    per_member = _number(_("Points for one member at most"))
    per_member_period = _period(_("in"))
    budget = _number(_("Points for all members at most"))
    budget_period = _period(_("in"))
    unlock__after = _text(_("Points open after"), help_text=_("A duration such as P14D."))
    priority = _number(_("Priority"), least=0, max_value=1000)
    exclusive = forms.BooleanField(label=_("Stands alone"), required=False)
    counts_for_tier = forms.BooleanField(label=_("Counts for the tier"), required=False)
    expression = forms.CharField(
        label=_("Condition as an expression"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={**CODE, "rows": 3, "cols": 80}),
        help_text="order.basis >= 5000 && member.tier_rank >= 1",
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=1000)
    more = forms.CharField(
        label=_("Everything else, as in the programme document"),
        required=False,
        max_length=TEXT_LENGTH_MAX,
        widget=forms.Textarea(attrs={**CODE, "rows": 8, "cols": 80}),
        help_text=_("JSON with further keys, such as conditions, windows and expiry."),
    )

    def __init__(self, *, program: Program, **how: Any) -> None:
        super().__init__(**how)
        for language in reversed(program.languages):
            name = forms.CharField(
                label=_("Name ({language})").format(language=language),
                max_length=200,
                required=language == program.languages[0],
            )
            self.fields = {f"name__{language}": name, **self.fields}
        own = [(kind, kind) for kind in program.event_types]
        _offer(self.fields["triggers"], [*((k, TRIGGER_WORDS[k]) for k in TRIGGERS), *own])
        currencies = PointCurrency.objects.filter(program=program)
        _offer(self.fields["currency"], [(c.slug, in_words(c.name)) for c in currencies])

    def clean_more(self) -> Mapping[str, Any]:
        text = self.cleaned_data["more"].strip()
        try:
            told = json.loads(text) if text else {}
        except ValueError as error:
            raise forms.ValidationError(
                _("This is not JSON: %(why)s"), params={"why": str(error)}
            ) from error
        if not isinstance(told, dict):
            raise forms.ValidationError(_("This must be a JSON object."))
        return told


def _offer(field: forms.Field, choices: Sequence[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
