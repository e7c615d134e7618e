"""Forms of what people do to cards by hand."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.hands.forms import HandForm, MemberForm
from gamification.stamps.kinds import GAME, PLACE_LENGTH_MAX, STAMPS_AT_ONCE_MAX
from gamification.stamps.stamping import ByHand, Forgiven
from gamification.stamps.tokens import ON_SCREEN, SHEET_MAX, Wanted
from loyalty.earning.desk.inputs import Money
from loyalty.programs.tenants import Program

LASTS: Final = (
    (ON_SCREEN, _("a minute, on the screen")),
    ("P1D", _("a day")),
    ("P30D", _("30 days, on a receipt")),
    ("P365D", _("a year")),
)


def _quantity() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Stamps"), min_value=1, max_value=STAMPS_AT_ONCE_MAX, initial=1
    )


class _Visit(forms.Form):
    """How many stamps, where, and for a purchase of how much."""

    quantity = _quantity()
    spend = Money(label=_("Paid"), help_text=_("Where the card asks for a purchase."))
    place = forms.CharField(label=_("Place"), max_length=PLACE_LENGTH_MAX, required=False)

    def in_currency(self, program: Program) -> None:
        """Amounts are told in the programme's currency."""
        spend: Any = self.fields["spend"]
        spend.currency = program.currency
        spend.label = f"{spend.label} ({program.currency})"


class StampForm(_Visit, MemberForm):
    """Stamps for one member."""

    game, what = GAME, _("Card")
    field_order = ("member", "definition", "quantity", "spend", "place")

    def __init__(self, program: Program, *args: Any, **how: Any) -> None:
        super().__init__(program, *args, **how)
        self.in_currency(program)
        del self.fields["reason"]

    def told(self) -> ByHand:
        """What the hand gives."""
        told: dict[str, Any] = self.cleaned_data
        return ByHand(
            quantity=told["quantity"], place=told["place"], spend=told["spend"], key=told["key"]
        )


class WaiverForm(MemberForm):
    """A debt that is forgiven."""

    game, what = GAME, _("Card")
    field_order = ("member", "definition", "quantity", "reason")
    quantity = _quantity()

    def told(self) -> Forgiven:
        """What is forgiven, and why."""
        told: dict[str, Any] = self.cleaned_data
        return Forgiven(quantity=told["quantity"], reason=told["reason"], key=told["key"])


class TokenForm(_Visit, HandForm):
    """Tokens to show or to print, all alike."""

    game, what = GAME, _("Card")
    field_order = ("definition", "quantity", "count", "lasts", "spend", "place")
    count = forms.IntegerField(
        label=_("How many codes"), min_value=1, max_value=SHEET_MAX, initial=1
    )
    lasts = forms.ChoiceField(label=_("Good for"), choices=LASTS)

    def __init__(self, program: Program, *args: Any, **how: Any) -> None:
        super().__init__(program, *args, **how)
        self.in_currency(program)
        del self.fields["reason"]

    def wanted(self) -> Wanted:
        """One token."""
        told: dict[str, Any] = self.cleaned_data
        return Wanted(
            quantity=told["quantity"],
            lasts=told["lasts"],
            place=told["place"],
            spend=told["spend"],
        )
