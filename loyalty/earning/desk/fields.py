"""Fields of the rule editor: everything usual about a rule by name; `more` holds the rest as the document writes it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.earning.desk.inputs import (
    CODE,
    TEXT_LENGTH_MAX,
    Moment,
    Money,
    Span,
    Words,
    number,
    text,
)
from loyalty.earning.kinds import TRIGGERS
from loyalty.earning.rules.shapes import PERIODS, WEEKDAYS
from loyalty.earning.telling.rules import TRIGGERS as TRIGGER_WORDS
from loyalty.earning.telling.words import PERIODS as PERIOD_WORDS
from loyalty.earning.telling.words import WEEKDAYS as WEEKDAY_WORDS
from loyalty.foundation.refusals import Text
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.texts import in_words
from loyalty.tiers.ladders.reading import ladder_of

EFFECTS: Final = [
    ("per_amount", _("points for each amount")),
    ("fixed", _("points, however much")),
    ("per_item", _("points for each item")),
    ("per_line", _("points for each line")),
    ("multiplier", _("a multiple of the points of other rules")),
]
ROUNDINGS: Final = [("", "-"), ("down", _("down")), ("half_up", _("half up")), ("up", _("up"))]
CHANNELS: Final = [("web", _("web")), ("app", _("app")), ("till", _("till")), ("other", _("other"))]
NUMBERS: Final = [
    ("", "-"),
    ("first", _("the first")),
    ("is", _("number …")),
    ("every", _("every …th")),
]
TESTS: Final = [
    ("is", _("is")),
    ("at_least", _("is at least")),
    ("at_most", _("is at most")),
]
OPENINGS: Final = [
    ("event", _("the event")),
    ("order.fulfilled", _("the order's fulfilment")),
    ("safe_order", _("the first safe order of the member")),
]
ENDINGS: Final = [
    ("", _("day")),
    ("month", _("month")),
    ("quarter", _("quarter")),
    ("half_year", _("half year")),
    ("year", _("year")),
]
# The parts of the page, in the order of the sentence: When … give … on … if … at … at most …
SECTIONS: Final[Sequence[tuple[Text, bool, tuple[str, ...]]]] = (
    (_("Its name"), True, ("name__", "slug")),
    (_("When"), True, ("triggers",)),
    (_("Give"), True, ("effect__", "currency")),
    (_("On which goods"), False, ("lines__",)),
    (_("If the order or event"), False, ("order__", "skus__", "categories__", "quantity__", "order_currency", "channel", "store", "review__", "data__")),
    (_("If the member"), False, ("tiers", "segments", "order_number__", "joined__", "birthday_within", "has_done")),
    (_("At what times"), False, ("window__", "starts_at", "ends_at")),
    (_("At most"), False, ("limits__", "times", "per_member", "budget")),
    (_("What becomes of the points"), False, ("unlock__", "expiry__", "counts_for_tier", "rounding", "priority", "exclusive")),
    (_("For specialists"), False, ("expression", "note", "more")),
)  # fmt: skip


def _periods() -> list[tuple[str, Any]]:
    return [("", "-"), *((unit, PERIOD_WORDS[unit]) for unit in PERIODS)]


def _period(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=_periods())


def _choice(label: Any, choices: Any, **how: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=choices, **how)


def _several(label: Any, choices: Any = (), **how: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **how
    )


def _yes(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


class RuleFields(forms.Form):
    """A rule, part by part. Names of fields are paths of the definition, with `__` between steps."""

    slug = forms.SlugField(label=_("Slug"), max_length=50, widget=forms.TextInput(attrs=CODE))
    triggers = _several(_("When"), help_text=_("Any of these events."))
    effect__kind = forms.ChoiceField(label=_("Give"), choices=EFFECTS)
    effect__points = number(_("Points"))
    effect__per = Money(label=_("For each"), least=1, help_text=_("An amount, such as 1.00."))
    effect__whole_steps = _yes(_("Full steps only"))
    effect__by = text(_("Multiple"), help_text=_("0.001 to 10, such as 1.5."))
    currency = forms.ChoiceField(label=_("Point currency"))
    lines__include__categories = Words(label=_("Only goods of the categories"))
    lines__include__skus = Words(label=_("Only the articles"))
    lines__exclude__categories = Words(label=_("Without goods of the categories"))
    lines__exclude__skus = Words(label=_("Without the articles"))
    order__at_least = Money(label=_("Orders worth at least"))
    order__at_most = Money(label=_("Orders worth at most"))
    skus__any = Words(label=_("Has any of the articles"), help_text=_("Separated by commas."))
    skus__none = Words(label=_("Has none of the articles"))
    categories__any = Words(label=_("Has goods of any of the categories"))
    categories__none = Words(label=_("Has no goods of the categories"))
    quantity__at_least = number(_("Items at least"), least=0)
    quantity__at_most = number(_("Items at most"), least=0)
    order_currency = Words(label=_("Paid in"), help_text=_("ISO 4217, such as EUR."))
    channel = _several(_("By the channel"), CHANNELS, required=False)
    store = Words(label=_("In the store"))
    review__verified = _yes(_("The review is verified"))
    review__with_photo = _yes(_("The review has a photo"))
    review__rated = number(_("The review is rated at least"), max_value=10)
    data__field = text(_("Another field of the event"), help_text=_("Such as cup.size."))
    data__test = _choice(_("which"), TESTS, initial="is")
    data__value = text(_("Value"))
    tiers = _several(_("Is in the tier"), required=False)
    segments = Words(label=_("Is in the group"))
    order_number__kind = _choice(_("The order is"), NUMBERS)
    order_number__number = number(_("Number"))
    joined__at_least = number(_("Days since joining at least"), least=0)
    joined__at_most = number(_("Days since joining at most"), least=0)
    birthday_within = number(_("Within so many days of the birthday"), least=0, max_value=60)
    has_done = _several(_("Has done all of this, this event included"), required=False)
    window__weekdays = _several(
        _("Weekdays"), [(day, WEEKDAY_WORDS[day]) for day in WEEKDAYS], required=False
    )
    window__from = text(_("From"), help_text=_("Programme time, such as 15:00."))
    window__to = text(_("To"), help_text=_("Not included; 18:00 or past midnight, such as 02:00."))
    window__first_day = text(_("From the day"), widget=forms.DateInput(attrs={"type": "date"}))
    window__end_day = text(
        _("To the day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Not included."),
    )
    starts_at = Moment(label=_("The rule starts"))
    ends_at = Moment(label=_("The rule ends"))
    limits__once_per = Words(
        label=_("Once per"), help_text=_("Fields of the event, such as data.sku.")
    )
    limits__cooldown = Span(label=_("Pause between two"))
    times = number(_("Times at most"))
    times_period = _period(_("in"))
    limits__points_per_event = number(_("Points for one event at most"))
    per_member = number(_("Points for one member at most"))
    per_member_period = _period(_("in"))
    budget = number(_("Points for all members at most"))
    budget_period = _period(_("in"))
    unlock__after = Span(label=_("Points open after"), help_text=_("Empty: at once."))
    unlock__from = _choice(_("counted from"), OPENINGS)
    unlock__cancel_after = Span(
        label=_("What has not opened is cancelled after"),
        help_text=_("For points that wait for something later. Empty: 90 days, or 12 months."),
    )
    expiry__period = Span(
        label=_("Points end after"), help_text=_("Empty: as the tier or the currency says.")
    )
    expiry__round_up = _choice(_("at the end of the"), ENDINGS)
    counts_for_tier = _yes(_("Counts for the tier"))
    rounding = _choice(_("Rounding"), ROUNDINGS)
    priority = number(_("Priority"), least=0, max_value=1000)
    exclusive = _yes(_("Stands alone"))
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
        help_text=_("JSON with further keys, such as further windows."),
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
        for field in self.fields.values():
            if isinstance(field, Money):
                field.currency = program.currency
                field.label = f"{field.label} ({program.currency})"
            elif isinstance(field, Moment):
                field.zone = program.zone
        kinds = [*((k, TRIGGER_WORDS[k]) for k in TRIGGERS), *((k, k) for k in program.event_types)]
        _offer(self.fields["triggers"], kinds)
        _offer(self.fields["has_done"], kinds)
        _offer(self.fields["tiers"], self._tiers(program, how.get("initial") or {}))
        currencies = PointCurrency.objects.filter(program=program)
        _offer(self.fields["currency"], [(c.slug, in_words(c.name)) for c in currencies])

    def sections(self) -> Iterator[dict[str, Any]]:
        """The page's parts: title, fields, and whether it is open: what is filled or wrong is."""
        for title, is_open, prefixes in SECTIONS:
            mine = [self[name] for name in self.fields if name.startswith(prefixes)]
            is_used = any(_is_told(field.value()) or field.errors for field in mine)
            yield {"title": title, "fields": mine, "is_open": is_open or is_used}

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

    def _tiers(self, program: Program, initial: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """The ladder's tiers, and whatever the definition names besides."""
        live = ladder_of(program.pk).live
        known = {tier.slug: in_words(tier.name) for tier in live.terms.tiers} if live else {}
        return list(({slug: slug for slug in initial.get("tiers", ())} | known).items())


def _is_told(value: Any) -> bool:
    if isinstance(value, list) and len(value) == 2 and value[0] in (None, ""):  # a span of nothing
        return False
    return value not in (None, "", [], False, "is", "event")


def _offer(field: forms.Field, choices: Sequence[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
