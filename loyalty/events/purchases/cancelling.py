"""Cancelling: an order that is cancelled gives back what holds of its quote still set aside (E-78)."""

from collections.abc import Iterable
from datetime import datetime

from loyalty.checkout.keeping import quotes_named
from loyalty.earning.settling.orders import CANCELLED
from loyalty.events.intake.items import Item
from loyalty.events.intake.returning import Fold
from loyalty.foundation.actors import Actor
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.ending_holds import release_for_quotes
from loyalty.ledger.rows.states import Book
from loyalty.programs.models import Program


@inside_unit_of_work
def release_held_for(
    items: Iterable[Item],
    folds: Iterable[Fold],
    *,
    program: Program,
    accounts: Book,
    actor: Actor,
    at: datetime,
) -> None:
    """Release what is still held for the orders that these items cancel; nothing is asked if none named a quote."""
    named = {
        fold.told.data["quote"]
        for item, fold in zip(items, folds, strict=True)
        if item.told.type == CANCELLED and "quote" in fold.told.data
    }
    quotes = quotes_named(program=program, told=named)
    if quotes:
        release_for_quotes(
            program=program,
            quote_ids=[quote.pk for quote in quotes.values()],
            accounts=accounts,
            actor=actor,
            at=at,
        )
