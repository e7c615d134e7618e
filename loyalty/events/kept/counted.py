"""Counted: what kept orders count for tiers, by member and local day, from events alone (T-5, T-7)."""

from collections.abc import Collection
from datetime import date

from loyalty.earning.explaining import explanations_of
from loyalty.earning.kinds import SUSPENDED
from loyalty.earning.rules.compiling import rule_set_of
from loyalty.earning.settling.orders import Folded
from loyalty.earning.undoing.planning import Case
from loyalty.events.intake.looking_up import known_of, returns_of
from loyalty.events.intake.paying import Payments
from loyalty.events.intake.returning import fold_of_known
from loyalty.events.models import Order
from loyalty.foundation.ids import Id
from loyalty.members.persons import merged_into
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program


def bought_by_day(
    *, program: Program, member_ids: Collection[Id]
) -> dict[Id, dict[date, tuple[int, int]]]:
    """Spend and orders of these members and of all that were merged into them; as many statements for any number.

    An order counts with what is left of it and as it was paid; not if its member was suspended when it was told.
    """
    whole = merged_into(member_ids)
    owners = {each: member_id for member_id, all_of in whole.items() for each in all_of}
    found: dict[Id, dict[date, tuple[int, int]]] = {member_id: {} for member_id in member_ids}
    rows = Order.objects.filter(program=program, member_id__in=owners).order_by("id")
    orders = known_of(list(rows))
    explained = explanations_of([each.event.id for each in orders])
    returns = returns_of([each.id for each in orders])
    payments = Payments(program, [(each.member_id, each.data["order_id"]) for each in orders])
    rules = rule_set_of(program)
    for order in orders:
        explanation = explained.get(order.event.id, {})
        if "basis" not in explanation or explanation.get("why_nothing") == SUSPENDED:
            continue
        fold = fold_of_known(order, earlier=returns.get(order.id, ()), payments=payments)
        case = Case(
            program=program,
            rules=rules,
            folded=Folded(fold.as_it_stands(), prices_include_tax=program.prices_include_tax),
            explanation=explanation,
            earned=(),
        )
        worth = case.basis(case.folded.left).worth
        days = found[owners[order.member_id]]
        day = local_day(order.paid_at, case.zone)
        spend, number = days.get(day, (0, 0))
        days[day] = (spend + int(worth), number + bool(worth))
    return found
