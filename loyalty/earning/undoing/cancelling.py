"""Cancelling: pending points that were taken away before they opened count as claimed (E-55, T-6)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from loyalty.earning.keeping.budgets import Claimed, give_space_back
from loyalty.earning.keeping.claims import note_claims
from loyalty.earning.models import Earning
from loyalty.earning.rules.compiling import rule_set_of
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.timed.waiting import ForfeitedLot, forfeited_lots
from loyalty.programs.models import Program
from loyalty.tiers.counting import Counted, count_orders, counting_currency
from loyalty.tiers.ladders.reading import ladder_of


@inside_unit_of_work
def count_as_claimed(*, program: Program, entry_ids: Sequence[Id], at: datetime) -> None:
    """What these entries took away of pending earnings: limits have its space again, and tiers do not count it."""
    lots = forfeited_lots(entry_ids=entry_ids)
    found = list(_earnings(lots))
    if not found:
        return
    note_claims({earning.pk: earning.claimed + lot.points for lot, earning in found})
    claimed = [
        Claimed(
            rule=shown("rul", earning.rule_id),
            version=earning.version,
            day=earning.day,
            points=lot.points,
        )
        for lot, earning in found
    ]
    give_space_back(program=program, claimed=claimed, rules=rule_set_of(program))
    counting = counting_currency(program, ladder=ladder_of(program.pk))
    counted = [
        Counted(
            member_id=lot.member_id,
            day=earning.day,
            occurred_at=at,
            points=-lot.points,
            source_id=earning.event_id,
        )
        for lot, earning in found
        if earning.counts_for_tier and earning.currency_id == counting
    ]
    count_orders(program=program, counted=counted, at=at)


def _earnings(lots: Sequence[ForfeitedLot]) -> Iterable[tuple[ForfeitedLot, Earning]]:
    """Each lot with the earning that brought it."""
    told = Earning.objects.filter(event_id__in={lot.event_id for lot in lots if lot.event_id})
    earnings: dict[tuple[Id | None, Id | None], Earning]
    earnings = {(earning.event_id, earning.rule_id): earning for earning in told}
    for lot in lots:
        earning = earnings.get((lot.event_id, lot.rule_id))
        if earning is not None:
            yield lot, earning
