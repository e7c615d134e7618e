"""Quotes: the paid orders of one unit that name one, and what becomes of it (E-75)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from loyalty.checkout.honouring import Honoured, Named, honour
from loyalty.checkout.keeping import note_uses
from loyalty.earning.basis import read_order
from loyalty.earning.rules.compiling import RuleSet
from loyalty.events.intake.items import Item
from loyalty.programs.models import Program


class NamedQuotes:
    """What becomes of the quotes that these paid orders name, by the place of the order. One query, if any is named."""

    def __init__(self, *, program: Program, rules: RuleSet, paid: Iterable[Item]) -> None:
        named = {item.place: _named(item, program) for item in paid if item.told.data.get("quote")}
        self.by_place: Mapping[int, Honoured] = (
            honour(program=program, rules=rules, named=named) if named else {}
        )

    def rate_for(self, item: Item) -> str:
        """The rate that the quote froze; empty if the order is not judged as of one."""
        quote = self.by_place.get(item.place)
        return quote.rate if quote else ""

    def note(self, items: Iterable[Item], *, at: datetime) -> None:
        """Write which of these orders named which quote."""
        uses = [
            (quote.quote_id, item.event_id, quote.missed)
            for item in items
            if (quote := self.by_place.get(item.place)) and quote.quote_id
        ]
        if uses:
            note_uses(uses=uses, at=at)


def _named(item: Item, program: Program) -> Named:
    data = item.told.data
    return Named(
        quote=data["quote"],
        member_id=item.member_id,
        order=read_order(data, prices_include_tax=program.prices_include_tax),
        at=item.at,
    )
