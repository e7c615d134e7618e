"""Recounting: points of another currency take the place of those that were counted, from the ledger's rows (T-5)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from loyalty.foundation.ids import Id
from loyalty.ledger.reports.counting import points_that_count
from loyalty.programs.models import PointCurrency, Program
from loyalty.tiers.kinds import Metric
from loyalty.tiers.ladders.reading import LadderHistory
from loyalty.tiers.maths.values import Tally
from loyalty.tiers.states.reading import Figures, MemberState


def counts_anew(ladder: LadderHistory, *, program: Program) -> bool:
    """Whether points of more than one currency were ever counted: by a ladder, or before there was one (T-7)."""
    counted = {reign.terms.currency_id for reign in ladder.reigns}
    first = PointCurrency.objects.filter(program=program).values_list("pk", flat=True).first()
    return len(counted | {first}) > 1


def recount(
    states: Collection[MemberState],
    *,
    ladder: LadderHistory,
    program: Program,
    days: Mapping[Id, Sequence[tuple[date, Figures]]],
) -> None:
    """Count these members' points anew in the live ladder's currency; what changes stands in their states."""
    assert ladder.live is not None
    terms = ladder.live.terms
    counted = points_that_count(
        member_ids={state.member_id for state in states},
        currency_id=terms.currency_id,
        zone=program.zone,
    )
    for state in states:
        now = counted[state.member_id]
        then = {day: figures[0] for day, figures in days[state.member_id]}
        for day in {*then, *now}:
            change = now.get(day, 0) - then.get(day, 0)
            if change:
                state.changes.setdefault(day, [0, 0, 0])[0] += change
        if terms.metric == Metric.POINTS:
            state.tally = Tally(now.items())
