"""Keeping: quotes and prices as rows, how they are found again, and when they go."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from loyalty.checkout.models import PointsPrice, Quote, QuoteUse
from loyalty.checkout.paying import PayTerms
from loyalty.foundation.ids import Id, read_id
from loyalty.foundation.refusals import DomainError, Kind, NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.models import Program

QUOTE_LASTS: Final = timedelta(minutes=15)
QUOTE_KEPT: Final = timedelta(days=30)  # after its end, if nobody relied on it
PRUNED_AT_ONCE_MAX: Final = 5_000

_PRUNE: Final = """
    DELETE FROM loyalty_quote WHERE id IN (
        SELECT q.id FROM loyalty_quote q
        WHERE q.expires_at < %s
          AND NOT EXISTS (SELECT FROM loyalty_quoteuse u WHERE u.quote_id = q.id)
          AND NOT EXISTS (SELECT FROM loyalty_pointsprice p WHERE p.quote_id = q.id)
        LIMIT %s
    )
"""


class QuoteUnknown(DomainError):
    """No quote of this programme, or not one for this member; malformed ids answer alike."""

    code = "quote_unknown"
    kind = Kind.MISSING
    title = _("Quote unknown")
    detail = _("There is no such quote, or it was made for somebody else.")


def quote_named(*, program: Program, told: str, member_id: Id | None = None) -> Quote:
    """The quote with this shown id, of this member if one is named. Raises QuoteUnknown."""
    found = quotes_named(program=program, told=[told]).get(told)
    if found is None or (member_id is not None and found.member_id != member_id):
        raise QuoteUnknown
    return found


def quotes_named(*, program: Program, told: Iterable[str]) -> dict[str, Quote]:
    """The quotes with these shown ids; unknown and malformed ones are absent. One query."""
    ids = {text: row_id for text in told if (row_id := _quote_id(text)) is not None}
    if not ids:
        return {}
    rows = Quote.objects.filter(program=program).in_bulk(list(ids.values()))
    return {text: rows[row_id] for text, row_id in ids.items() if row_id in rows}


def quote_judging(event_id: Id) -> Id | None:
    """The quote that the order of this event named, whether it was used or not."""
    return QuoteUse.objects.filter(event_id=event_id).values_list("quote_id", flat=True).first()


@inside_unit_of_work
def note_uses(*, uses: Sequence[tuple[Id, Id, str]], at: datetime) -> None:
    """Write which order (by its event) named which quote, and why it was not used, if so."""
    QuoteUse.objects.bulk_create(
        QuoteUse(quote_id=quote_id, event_id=event_id, missed=missed, at=at)
        for quote_id, event_id, missed in sorted(uses)
    )


@inside_unit_of_work
def note_price(*, program: Program, hold_id: Id, terms: PayTerms, quote: Quote | None) -> None:
    """Write down what the points of this hold pay."""
    PointsPrice.objects.create(
        hold_id=hold_id,
        program=program,
        quote=quote,
        points_per_block=terms.points_per_block,
        money_per_block=terms.money_per_block,
    )


def holds_priced_by(quote: Quote) -> list[Id]:
    """The holds that were set aside at this quote's price."""
    return list(quote.prices.order_by("pk").values_list("pk", flat=True))


def prices_of(hold_ids: Collection[Id]) -> Mapping[Id, PayTerms]:
    """What the points of these holds pay; those set aside before prices were kept are absent. One query."""
    rows = PointsPrice.objects.filter(pk__in=hold_ids)
    return {
        row.hold_id: PayTerms(
            points_per_block=row.points_per_block, money_per_block=row.money_per_block
        )
        for row in rows
    }


@unit_of_work
def prune(*, at: datetime) -> int:
    """Quotes go 30 days after their end; those that an order named or a hold was priced by stay. Answers how many."""
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE, [at - QUOTE_KEPT, PRUNED_AT_ONCE_MAX])
        return int(cursor.rowcount)


def _quote_id(text: str) -> Id | None:
    try:
        return read_id(Quote.prefix, text)
    except NotFound:
        return None
