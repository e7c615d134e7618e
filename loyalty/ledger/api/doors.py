"""What the doors of the ledger share."""

from typing import Any

from loyalty.access.doors import ProgramView
from loyalty.ledger.models import Entry
from loyalty.ledger.reports.balances import currency_called
from loyalty.ledger.reports.statements import show_entries
from loyalty.members.finding import find_member
from loyalty.members.models import Member
from loyalty.programs.models import PointCurrency


class LedgerDoor(ProgramView):
    """What the doors of the ledger share."""

    def member(self, told: str) -> Member:
        """The member in an address or a body."""
        return find_member(program=self.program, told=told)

    def currency(self, slug: str | None) -> PointCurrency:
        """The currency of this slug; without one, the programme's first."""
        return currency_called(program=self.program, slug=slug)

    def shown(self, *entry_ids: Any) -> list[dict[str, Any]]:
        """These entries as doors tell them, in order."""
        rows = Entry.objects.in_bulk(entry_ids)
        return show_entries([rows[each] for each in entry_ids], program=self.program)
