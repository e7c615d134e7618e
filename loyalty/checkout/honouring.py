"""Honouring: an order that names a quote is judged as of it, if it is the order that was quoted (E-75)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from loyalty.checkout.baskets import is_same_order
from loyalty.checkout.keeping import quotes_named
from loyalty.checkout.models import Quote
from loyalty.earning.basis import Order, read_order
from loyalty.earning.keeping.freezing import Frozen, thawed
from loyalty.earning.rules.compiling import RuleSet
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program

# How far a shop's clock may run behind ours: an order of before the quote was not quoted.
BEHIND_MAX: Final = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """An order that was paid, and the quote that it names."""

    quote: str
    member_id: Id
    order: Order
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Honoured:
    """What becomes of a named quote: it is used (`frozen`, and its rate), or `missed` says why not."""

    named: str
    quote_id: Id | None = None
    frozen: Frozen | None = None
    rate: str = ""
    missed: str = ""


def honour(*, program: Program, rules: RuleSet, named: Mapping[int, Named]) -> dict[int, Honoured]:
    """Which of these orders are judged as of their quotes; one query, none if nobody names one."""
    found = quotes_named(program=program, told={each.quote for each in named.values()})
    return {
        place: _honoured(each, found.get(each.quote), program=program, rules=rules)
        for place, each in named.items()
    }


def _honoured(named: Named, quote: Quote | None, *, program: Program, rules: RuleSet) -> Honoured:
    if quote is None:
        return Honoured(named=named.quote, missed="unknown")
    missed = _difference(named, quote, program=program)
    if missed:
        return Honoured(named=named.quote, quote_id=quote.pk, missed=missed)
    frozen = thawed(
        quote.terms,
        program=program,
        rules=rules,
        quote=quote.shown_id,
        at=quote.as_of,
        promised=quote.body["earns"]["explanation"]["rules"],
    )
    return Honoured(named=named.quote, quote_id=quote.pk, frozen=frozen, rate=quote.terms["rate"])


def _difference(named: Named, quote: Quote, *, program: Program) -> str:
    """What makes it another order than the one that was quoted; empty if it is that one."""
    if named.member_id != quote.member_id:
        return "member"
    if named.at >= quote.expires_at:
        return "expired"
    if named.at < quote.as_of - BEHIND_MAX:
        return "too_early"
    quoted = read_order(
        quote.order, prices_include_tax=quote.terms["program"]["prices_include_tax"]
    )
    return is_same_order(quoted, named.order, is_reduced=quote.terms["is_reduced"])
