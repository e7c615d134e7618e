"""Fields of the ladder editor: how it counts, and its tiers as rows. What no field can say stays in `more`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.access.inputs.lengths import Span, span_of
from loyalty.foundation.refusals import Text
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.texts import in_words
from loyalty.tiers.desk.drafts.inputs import (
    CODE,
    TEXT_LENGTH_MAX,
    Amount,
    Lines,
    choice,
    number,
    text,
    yes,
)
from loyalty.tiers.desk.drafts.translating import slug_of
from loyalty.tiers.kinds import CycleKind, Drop, Metric, OnReturn, Up
from loyalty.tiers.models.ladders import GRACE_DAYS_MAX, TIERS_MAX

BLANK_ROWS: Final = 2
MONTHS: Final = [(f"{number:02}", f"{number:02}") for number in range(1, 13)]
ENDS: Final = [
    ("", _("as the point currency says")),
    ("never", _("never")),
    ("rolling", _("so many months later")),
]
BRINGS: Final = (
    "multiplier",
    "free_shipping",
    "free_from",
    "entry_points",
    "entry_reward",
    "birthday_points",
    "birthday_reward",
    "ends",
    "ends_months",
)


class LadderFields(forms.Form):
    """How the ladder counts, reviews and drops."""

    metric = forms.ChoiceField(label=_("What counts"), choices=Metric)
    currency = forms.ChoiceField(label=_("Point currency"))
    cycle = forms.ChoiceField(label=_("Which days count"), choices=CycleKind)
    months = number(
        _("Months that count"), least=1, most=24, help_text=_("For a rolling ladder: 1 to 24.")
    )
    starts_month = choice(
        _("Cycle starts in the month"), MONTHS, help_text=_("For a calendar year.")
    )
    starts_day = number(_("on the day"), least=1, most=31)
    up = forms.ChoiceField(label=_("A tier that was reached begins"), choices=Up)
    grace = forms.IntegerField(
        label=_("Days of grace"),
        min_value=0,
        max_value=GRACE_DAYS_MAX,
        help_text=_("After a review that was missed the tier stays so long; 0 to 365."),
    )
    drop = forms.ChoiceField(label=_("Who does not keep a tier falls"), choices=Drop)
    on_return = forms.ChoiceField(
        label=_("A return may cost the tier it had brought"), choices=OnReturn
    )
    notice = Span(label=_("Told before a drop"))
    is_silent = yes(
        _("Raise silently"),
        help_text=_("Members who climb by publishing are marked, so that nobody writes to them."),
    )

    def __init__(self, *, program: Program, **how: Any) -> None:
        super().__init__(**how)
        if not span_of(self.initial.get("notice", "P1D")):  # of several units: as it was written
            self.fields["notice"] = text(_("Told before a drop"))
        field = self.fields["currency"]
        assert isinstance(field, forms.ChoiceField)
        currencies = PointCurrency.objects.filter(program=program)
        field.choices = [(each.slug, in_words(each.name)) for each in currencies]

    def clean_notice(self) -> str:
        told = str(self.cleaned_data["notice"])
        if not told:
            raise forms.ValidationError(forms.Field.default_error_messages["required"])
        return told

    @property
    def counts_money(self) -> bool:
        """Whether thresholds are written as money."""
        told = self["metric"].value() if self.is_bound else self.initial.get("metric")
        return told == Metric.SPEND


class TierFields(forms.Form):
    """One tier as a row. `origin` is the tier of the live ladder that this row began with."""

    origin = forms.SlugField(required=False, max_length=50, widget=forms.HiddenInput)
    slug = forms.SlugField(
        label=_("Slug"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs=CODE),
        help_text=_("Its name in the API; empty: made from the name."),
    )
    reach = Amount(label=_("Reached with"))
    keep = Amount(label=_("Kept with"), help_text=_("Empty: as much as reaches it."))
    given_only = yes(_("Given only, never reached by counting"))
    for_life = yes(_("For life, never reviewed"))
    multiplier = text(_("Points multiplied by"), help_text=_("1 to 10, such as 1.5."))
    free_shipping = yes(_("Free shipping"))
    free_from = Amount(label=_("from an order of"))
    entry_points = number(_("Gift on entry: points"), least=1)
    entry_reward = text(_("or the reward"), help_text=_("Its slug."))
    birthday_points = number(_("Gift on the birthday: points"), least=1)
    birthday_reward = text(_("or the reward"), help_text=_("Its slug."))
    ends = choice(_("Points opened in this tier end"), ENDS)
    ends_months = number(_("Months"), least=1, most=120)
    more = forms.CharField(
        label=_("Other benefits, as in the programme document"),
        required=False,
        max_length=TEXT_LENGTH_MAX,
        widget=forms.Textarea(attrs={**CODE, "rows": 4, "cols": 60}),
    )
    gone = yes(_("Take this tier away"))
    goes_to = text(_("Its members go to the tier"), help_text=_("The slug of another tier."))

    def __init__(self, *, program: Program, counts_money: bool, **how: Any) -> None:
        super().__init__(**how)
        told = [name.split("__")[1] for name in self.initial if "__" in name]
        languages = list(dict.fromkeys([*program.languages, *told]))
        for language in reversed(languages):
            name = forms.CharField(
                label=_("Name ({language})").format(language=language),
                max_length=200,
                required=False,
            )
            self.fields = {f"name__{language}": name, **self.fields}
        for language in languages:
            label = _("Perks ({language}), one a line").format(language=language)
            self.fields[f"perks__{language}"] = Lines(label=label)
        self._set_money("free_from", program.currency)
        for field in ("reach", "keep"):
            self._set_money(field, program.currency if counts_money else "")

    def _set_money(self, name: str, currency: str) -> None:
        field = self.fields[name]
        assert isinstance(field, Amount)
        field.currency = currency
        if currency:
            field.label = f"{field.label} ({currency})"

    def clean_more(self) -> Mapping[str, Any]:
        told = self.cleaned_data["more"].strip()
        try:
            read = json.loads(told) if told else {}
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(
                _("This is not JSON: %(why)s"), params={"why": str(error)}
            ) from error
        if not isinstance(read, dict):
            raise forms.ValidationError(_("This must be a JSON object."))
        return read

    def clean(self) -> dict[str, Any]:
        """A new tier gets its slug from its name; a tier of before keeps its own."""
        told = self.cleaned_data
        names = [told.get(name) for name in self.fields if name.startswith("name__")]
        if not told.get("slug"):
            told["slug"] = told.get("origin") or slug_of([name for name in names if name])
        told["perks_before"] = self.initial.get("perks_before", [])
        return told

    @property
    def is_blank(self) -> bool:
        """A row for a new tier that nobody has written into."""
        return not any(self.cleaned_data.values()) if hasattr(self, "cleaned_data") else False

    @property
    def heading(self) -> str:
        """What the row is called on the page."""
        names = (self[name].value() for name in self.fields if name.startswith("name__"))
        return next((str(name) for name in names if name), "")

    def parts(self) -> Iterator[dict[str, Any]]:
        """The row's fields in groups: names and thresholds first, the rest folded unless something is wrong there."""
        names = [name for name in self.fields if name.startswith("name__")]
        perks = [name for name in self.fields if name.startswith("perks__")]
        yield self._part("", [*names, "reach", "keep"])
        yield self._part(_("What it brings"), [*BRINGS, *perks, "more"])
        yield self._part(_("Further terms"), ["slug", "given_only", "for_life"])
        if self["origin"].value():
            yield self._part(_("Take it away"), ["gone", "goes_to"])

    def _part(self, title: Text, names: Sequence[str]) -> dict[str, Any]:
        fields = [self[name] for name in names]
        return {"title": title, "fields": fields, "has_errors": any(f.errors for f in fields)}


class TierRows:
    """All rows of the page: those of the ladder, and blank ones for new tiers."""

    def __init__(
        self,
        *,
        program: Program,
        counts_money: bool,
        data: Mapping[str, Any] | None = None,
        initial: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        number = min(len(initial) + BLANK_ROWS, TIERS_MAX)
        if data is not None:
            told = str(data.get("rows", ""))
            number = min(int(told), TIERS_MAX) if told.isdigit() else number
        self.forms = [
            TierFields(
                program=program,
                counts_money=counts_money,
                data=data,
                initial=initial[place] if place < len(initial) else None,
                prefix=f"tier-{place}",
            )
            for place in range(number)
        ]

    def is_valid(self) -> bool:
        """Every row is looked at, so that each says what is wrong with it."""
        return {form.is_valid() for form in self.forms} <= {True}

    def __iter__(self) -> Iterator[TierFields]:
        return iter(self.forms)
