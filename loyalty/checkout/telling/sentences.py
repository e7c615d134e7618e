"""Sentences of quotes: why fewer points may be used, and what else was asked for in vain."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.earning.telling import words
from loyalty.foundation.refusals import Text

TRIMS: Final[Mapping[str, Text]] = {
    "available": _("Only {limit} are available: {after}."),
    "share": _("Points may pay at most {share} % of the goods: {after}."),
    "block": _("Points are used in steps of {limit}: {after}."),
    "minimum": _("Fewer than {limit} cannot be used: {after}."),
}
REFUSALS: Final[Mapping[str, Text]] = {
    "points_cannot_pay": _("These points cannot pay for an order."),
    "voucher_not_redeemable": _("This voucher cannot be used."),
    "order_not_eligible": _("This voucher does not fit the order."),
}


def trim_sentence(trim: Mapping[str, Any], *, terms: Mapping[str, Any]) -> str:
    """Why no more than `after` points may be used."""
    share = f"{float(terms['max_share']) * 100:g}"
    return str(TRIMS[trim["code"]]).format(
        limit=words.points(trim["limit"]),
        share=words.number(share),
        after=words.points(trim["after"]),
    )


REASONS: Final[Mapping[str, Text]] = {
    "below_from": _("The order is worth less than the voucher asks for."),
    "currency": _("The voucher holds in another currency."),
    "no_lines_match": _("Nothing in the order is what the voucher is for."),
    "not_combinable": _("The voucher cannot be used together with the others."),
    "no_discount": _("This takes nothing off: it is used at the till."),
}


def refusal_told(refusal: Mapping[str, Any]) -> dict[str, Any]:
    """A refusal with its sentence: that of its reason, if it has one of ours."""
    known = [REASONS[each] for each in refusal.get("reasons", ()) if each in REASONS]
    return {**refusal, "sentence": str(known[0] if known else REFUSALS[refusal["code"]])}
