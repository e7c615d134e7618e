"""Sampling: the event on which a rule is tried: a basket, any data, or a real event (U-31)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.earning.desk.inputs import CODE, Moment, Money, Words
from loyalty.earning.kinds import ORDER_PAID, TRIGGERS
from loyalty.earning.telling.rules import TRIGGERS as TRIGGER_WORDS
from loyalty.programs.models import Program
from loyalty.programs.texts import in_words
from loyalty.tiers.ladders.reading import ladder_of

SAMPLE_LENGTH_MAX: Final = 10_000
ROWS: Final = (1, 2, 3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """The sample as a rule takes it; `event` names a real one, and then the rest does not count."""

    type: str
    data: Mapping[str, Any]
    tier: str
    number: int
    at: datetime
    event: str = ""


class Sample(forms.Form):
    """A sample event to try the rule on: a basket of up to three goods, other data, or the number of a real event."""

    event = forms.CharField(
        label=_("A real event or order"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=CODE),
        help_text=_("Its number, such as evt_… or order-1001. Then the rest does not count."),
    )
    type = forms.ChoiceField(label=_("Event"), initial=ORDER_PAID)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    number = forms.IntegerField(label=_("Order number"), min_value=1, initial=1)
    at = Moment(label=_("When"), help_text=_("Empty: now."))
    told = forms.CharField(
        label=_("Its data, for specialists"),
        required=False,
        max_length=SAMPLE_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80, "dir": "ltr", "spellcheck": "false"}),
        help_text=_("JSON as the storefront tells it; in place of the basket."),
    )

    def __init__(self, *args: Any, program: Program, **how: Any) -> None:
        super().__init__(*args, **how)
        self.program = program
        kinds = [*((k, TRIGGER_WORDS[k]) for k in TRIGGERS), *((k, k) for k in program.event_types)]
        live = ladder_of(program.pk).live
        tiers = [(tier.slug, in_words(tier.name)) for tier in live.terms.tiers] if live else []
        for name, choices in (("type", kinds), ("tier", [("", "-"), *tiers])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        moment = self.fields["at"]
        assert isinstance(moment, Moment)
        moment.zone = program.zone
        for row in ROWS:
            self._add_row(row)

    def _add_row(self, row: int) -> None:
        amount = Money(label=_("Worth"), initial=4500 if row == 1 else None)
        amount.currency = self.program.currency
        self.fields |= {
            f"sku_{row}": forms.CharField(
                label=_("Article"), required=False, max_length=100, initial="ESP-1" if row == 1 else ""
            ),
            f"categories_{row}": Words(label=_("Categories"), initial="coffee" if row == 1 else ""),
            f"quantity_{row}": forms.IntegerField(label=_("Items"), min_value=1, required=False, initial=1),
            f"amount_{row}": amount,
        }  # fmt: skip

    def rows(self) -> list[list[forms.BoundField]]:
        """The basket, a line of fields each."""
        names = ("sku", "categories", "quantity", "amount")
        return [[self[f"{name}_{row}"] for name in names] for row in ROWS]

    def others(self) -> list[forms.BoundField]:
        """The fields beside the basket."""
        return [self[name] for name in ("event", "type", "tier", "number", "at", "told")]

    def clean_told(self) -> dict[str, Any]:
        try:
            told = json.loads(self.cleaned_data["told"] or "{}")
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(
                _("This is not JSON: %(why)s"), params={"why": str(error)}
            ) from error
        if not isinstance(told, dict):
            raise forms.ValidationError(_("This must be a JSON object."))
        return told

    def wanted(self, *, at: datetime) -> Wanted:
        """What to try; of a valid form."""
        told = self.cleaned_data
        moment = datetime.fromisoformat(told["at"]) if told["at"] else at
        data = told["told"]
        if not data and told["type"] == ORDER_PAID:
            data = self._basket()
        return Wanted(
            type=told["type"],
            data=data,
            tier=told["tier"],
            number=told["number"],
            at=moment,
            event=told["event"].strip(),
        )

    def _basket(self) -> dict[str, Any]:
        told = self.cleaned_data
        lines = [
            {
                "sku": told[f"sku_{row}"],
                "quantity": told[f"quantity_{row}"] or 1,
                "amount": told[f"amount_{row}"],
                "categories": told[f"categories_{row}"],
            }
            for row in ROWS
            if told[f"amount_{row}"] is not None
        ]
        return {"total": sum(line["amount"] for line in lines), "lines": lines}
