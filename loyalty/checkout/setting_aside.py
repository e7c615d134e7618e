"""Setting aside: points that pay for a purchase, by the prices and limits of its quote (E-77, E-78)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty.checkout.keeping import holds_priced_by, note_price, quote_named
from loyalty.checkout.models import Quote
from loyalty.checkout.paying import PayTerms
from loyalty.foundation.actors import Actor
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import unit_of_work
from loyalty.ledger.holding import Wish, set_aside
from loyalty.ledger.locks import lock_accounts_of
from loyalty.ledger.refusals import InsufficientPoints
from loyalty.ledger.reports.holds import HeldRow, set_aside_in
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.refusals import ProgramPaused


class QuoteExpired(DomainError):
    """A quarter of an hour is over: another quote tells what holds now."""

    code = "quote_expired"
    kind = Kind.CONFLICT
    title = _("Quote ended")
    detail = _("This quote has ended; ask for another one.")


class AboveShare(DomainError):
    """Points may pay a share of the goods only (E-76)."""

    code = "above_share"
    kind = Kind.REFUSED
    title = _("More than points may pay")
    detail = _("At most {most} points may pay for this order.")


class NotWholeBlocks(DomainError):
    """Points pay in whole blocks (E-76)."""

    code = "not_whole_blocks"
    kind = Kind.REFUSED
    title = _("Not in whole steps")
    detail = _("Points pay in steps of {block}.")


class BelowMinimum(DomainError):
    """So few points cannot pay (E-76)."""

    code = "below_minimum"
    kind = Kind.REFUSED
    title = _("Too few points")
    detail = _("At least {minimum} points are needed to pay.")


@unit_of_work
def hold_for_purchase(
    *, program: Program, wish: Wish, quote: str | None, actor: Actor, at: datetime
) -> HeldRow:
    """Set these points aside at the quote's price, without one at today's.

    Raises ProgramPaused and what `set_aside` does; with a quote besides QuoteUnknown, QuoteExpired, AboveShare, NotWholeBlocks,
    BelowMinimum. What other holds of the same quote have set aside or spent counts towards its limits.
    """
    if program.is_paused:
        raise ProgramPaused
    if quote is None:
        row = set_aside(program=program, wish=wish, actor=actor, at=at)
        terms = _terms_today(program, wish)
        if terms is not None:
            note_price(program=program, hold_id=row.pk, terms=terms, quote=None)
        return row
    quoted = quote_named(program=program, told=quote, member_id=wish.purse[0])
    if at >= quoted.expires_at:
        raise QuoteExpired
    terms = _refuse_what_was_not_offered(quoted, wish)
    row = set_aside(program=program, wish=replace(wish, quote_id=quoted.pk), actor=actor, at=at)
    note_price(program=program, hold_id=row.pk, terms=terms, quote=quoted)
    return row


def currency_offered(*, program: Program, quote: str) -> str | None:
    """The slug of the points with which this quote lets pay. Raises QuoteUnknown."""
    paying = quote_named(program=program, told=quote).body["pay_with_points"]
    return paying["currency"] if paying else None


def _terms_today(program: Program, wish: Wish) -> PayTerms | None:
    mine = PointCurrency.objects.filter(program=program)
    pays = dict(mine.values_list("pk", "pay"))
    _owner, currency_id = wish.purse
    return PayTerms.read(pays[currency_id]) if currency_id in pays else None


def _refuse_what_was_not_offered(quoted: Quote, wish: Wish) -> PayTerms:
    """Hold the wish against the quote, under the member's lock, in the order of E-77; answers the quote's price."""
    account = lock_accounts_of(owner_ids=[wish.purse[0]]).get(wish.purse)
    available = account.available if account else 0
    if wish.points > available:
        raise InsufficientPoints(wanted=wish.points, available=available)
    paying: Mapping[str, Any] | None = quoted.body["pay_with_points"]
    frozen = quoted.terms["currencies"].get(paying["currency"]) if paying else None
    if paying is None or frozen is None or str(wish.purse[1]) != frozen["id"]:
        raise AboveShare(most=0)
    terms = PayTerms(**paying["terms"])
    earlier = set_aside_in(holds_priced_by(quoted))
    if earlier + wish.points > paying["within_share"]:
        raise AboveShare(most=max(0, paying["within_share"] - earlier))
    if wish.points % terms.points_per_block:
        raise NotWholeBlocks(block=terms.points_per_block)
    if earlier + wish.points < terms.min_points:
        raise BelowMinimum(minimum=terms.min_points)
    return terms
