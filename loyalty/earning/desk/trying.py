"""Trying: a rule that is being written, judged with all others on a sample event; nothing is read but rules (U-31)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.earning.basis import check_sum, read_order
from loyalty.earning.explaining import Teller
from loyalty.earning.judging import basis_of_told, judge
from loyalty.earning.kinds import ORDER_PAID, MemberFacts, OrderFacts, Told
from loyalty.earning.limits.counters import Usage
from loyalty.earning.matching import Scene
from loyalty.earning.rules.clauses import Origin, compile_clause
from loyalty.earning.rules.compiling import rule_set_of
from loyalty.earning.rules.terms import Setting
from loyalty.earning.settling.recomputing import StampedTier
from loyalty.foundation.ids import Id, new_id, shown
from loyalty.foundation.shapes import POSITIVE, WHOLE, Shape, closed
from loyalty.programs.models import Program
from loyalty.tiers.ladders.reading import ladder_of

SAMPLE_LENGTH_MAX: Final = 10_000
# What judging needs of an order; a sample is not taken in, so the rest may be anything.
_ORDER: Final = Shape(
    {
        "type": "object",
        "required": ["total"],
        "properties": {
            **dict.fromkeys(("total", "tax", "shipping", "fees", "discount", "paid_with_points"), WHOLE),
            "lines": {
                "type": "array",
                "maxItems": 100,
                "items": {
                    **closed(
                        {
                            "sku": {"type": "string"},
                            "line_id": {"type": "string"},
                            "quantity": POSITIVE,
                            "amount": WHOLE,
                            "tax": WHOLE,
                            "categories": {"type": "array", "items": {"type": "string"}},
                            "gift_card": {"type": "boolean"},
                        },
                        required=["amount"],
                    )
                },
            },
        },
    }
)  # fmt: skip
_SAMPLE: Final = {
    "total": 4500,
    "lines": [{"sku": "ESP-1", "quantity": 2, "amount": 4500, "categories": ["coffee"]}],
}


class Sample(forms.Form):
    """A sample event to try the rule on."""

    type = forms.CharField(label=_("Event"), max_length=60, initial=ORDER_PAID)
    told = forms.CharField(
        label=_("Its data"),
        required=False,
        max_length=SAMPLE_LENGTH_MAX,
        initial=json.dumps(_SAMPLE, indent=2),
        widget=forms.Textarea(attrs={"rows": 6, "cols": 80, "dir": "ltr", "spellcheck": "false"}),
    )
    tier = forms.CharField(label=_("Tier"), max_length=50, required=False)
    number = forms.IntegerField(label=_("Order number"), min_value=1, initial=1)

    def clean_told(self) -> dict[str, Any]:
        try:
            told = json.loads(self.cleaned_data["told"] or "{}")
        except ValueError as error:
            raise forms.ValidationError(
                _("This is not JSON: %(why)s"), params={"why": str(error)}
            ) from error
        if not isinstance(told, dict):
            raise forms.ValidationError(_("This must be a JSON object."))
        return told


@dataclass(frozen=True, slots=True)
class Wanted:
    """The sample as a rule takes it."""

    type: str
    data: Mapping[str, Any]
    tier: str
    number: int
    at: datetime


def tried(
    *, program: Program, definition: Mapping[str, Any], rule_id: Id | None, wanted: Wanted
) -> dict[str, Any]:
    """The explanation, with sentences, as if the rule were live. Refusals: Malformed, OrderDoesNotAddUp."""
    draft_id = rule_id or new_id()
    origin = Origin(
        rule_id=draft_id,
        revision_id=new_id(),
        shown=shown("rul", draft_id),
        version=0,
        created_at=wanted.at,
    )
    clause = compile_clause(definition, origin=origin)
    setting, told = Setting.of(program), _told(program, wanted)
    basis = basis_of_told(told, setting=setting)
    tier = _tier_of(program, wanted.tier)
    judgement = judge(
        Scene(told, basis=basis, tier=tier, zone=program.zone),
        rules=rule_set_of(program).with_draft(clause),
        setting=setting,
        usage=Usage(week_starts_on=setting.week_starts_on),
        tier=tier,
        at=wanted.at,
    )
    drafts = {(clause.shown, clause.version): definition}
    return Teller(program, [judgement.explanation], drafts=drafts).told(judgement.explanation)


def _told(program: Program, wanted: Wanted) -> Told:
    data, order = dict(wanted.data), None
    if wanted.type == ORDER_PAID:
        _ORDER.demand(data, pointer="/data")
        data.setdefault("currency", program.currency)
        includes = program.prices_include_tax
        check_sum(read_order(data, prices_include_tax=includes), prices_include_tax=includes)
        order = OrderFacts(order_row_id=new_id(), number=wanted.number, currency=program.currency)
    member = MemberFacts(id=new_id(), joined_at=wanted.at)
    return Told(
        event_id=new_id(),
        type=wanted.type,
        member=member,
        occurred_at=wanted.at,
        data=data,
        order=order,
        channel=str(data.get("channel", "")),
        store=str(data.get("store", "")),
    )


def _tier_of(program: Program, slug: str) -> StampedTier | None:
    """A tier of the live ladder by its slug, the lowest if none is named; None while there is no ladder."""
    live = ladder_of(program.pk).live
    if live is None:
        return None
    tier = live.terms.at(slug)
    return StampedTier(
        tier.slug,
        tier.rank,
        Fraction(tier.benefits.get("multiplier", "1")),
        tier.benefits.get("expiry"),
    )
