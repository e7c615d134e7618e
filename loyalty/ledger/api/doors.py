"""What the doors of the ledger share."""

from typing import Any

from loyalty.access.doors import ProgramView
from loyalty.ledger.reports.balances import currency_called
from loyalty.ledger.reports.statements import lines_of, show_entries
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
        return show_entries(lines_of(entry_ids), program=self.program)
