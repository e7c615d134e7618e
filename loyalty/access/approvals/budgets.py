"""Budgets: what a person may hand out by hand in one local day (S-25). Drawn on by one conditional update."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.access.approvals.models import StaffBudget
from loyalty.access.kinds import Role
from loyalty.access.models import Membership
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.calendar import local_day, midnight
from loyalty.programs.models import Program

# Points, or what a gift is worth in points. A role that is absent has nothing to give; None is no limit.
A_DAY: Final[Mapping[Role, int | None]] = {
    Role.SUPPORT: 2_000,
    Role.MANAGER: 20_000,
    Role.OWNER: None,
}
_DRAW: Final = """
    INSERT INTO loyalty_staffbudget AS b (id, program_id, person_id, day, used, "limit")
    SELECT told.* FROM (VALUES (%s::uuid, %s::uuid, %s::uuid, %s::date, %s::bigint, %s::bigint))
        AS told (id, program_id, person_id, day, used, most)
    WHERE told.most IS NULL OR told.used <= told.most
    ON CONFLICT (program_id, person_id, day) DO UPDATE SET used = b.used + EXCLUDED.used, "limit" = EXCLUDED."limit"
    WHERE EXCLUDED."limit" IS NULL OR b.used + EXCLUDED.used <= EXCLUDED."limit"
    RETURNING used
"""
_GIVE_BACK: Final = """
    UPDATE loyalty_staffbudget SET used = GREATEST(0, used - %s::bigint)
    WHERE program_id = %s::uuid AND person_id = %s::uuid AND day = %s::date
"""


class BudgetExhausted(DomainError):
    """The person has given away what may be given in a day; all of it is refused (staff_budget_used_up_to_its_limit)."""

    code = "budget_exhausted"
    kind = Kind.REFUSED
    title = _("Budget used up")
    detail = _("{used} of {limit} points are used; the next budget begins at {resets_at}.")


@inside_unit_of_work
def draw_on_budget(*, program: Program, actor: Actor, points: int, at: datetime) -> None:
    """Charge what a person hands out to their budget of the local day. Raises BudgetExhausted, and nothing is charged.

    Only people have budgets: what keys, jobs and members do is limited elsewhere.
    """
    if actor.kind is not ActorKind.STAFF or not points:
        return
    assert actor.id is not None, "people have an id"
    day = local_day(at, program.zone)
    limit = limit_of(program=program, person_id=actor.id)
    if not run(_DRAW, [new_id(), program.pk, actor.id, day, points, limit]):
        raise BudgetExhausted(
            limit=limit,
            used=used_of(program=program, person_id=actor.id, day=day),
            resets_at=midnight(day + timedelta(days=1), program.zone).isoformat(),
        )


@inside_unit_of_work
def give_budget_back(*, program: Program, person_id: Id, points: int, day: date) -> None:
    """What was given came back unused on the same day: it may be given again (W-73)."""
    run(_GIVE_BACK, [points, program.pk, person_id, day])


def limit_of(*, program: Program, person_id: Id) -> int | None:
    """The person's budget for a day: that of the most generous role; None: no limit."""
    roles = Membership.objects.filter(program=program, user=person_id).values_list("role", flat=True)  # fmt: skip
    return most_generous(Role(role) for role in roles)


def most_generous(roles: Iterable[Role]) -> int | None:
    """The largest of these roles' budgets; None: no limit; 0 for roles without one."""
    budgets = [A_DAY.get(role, 0) for role in roles]
    return None if None in budgets else max([each for each in budgets if each], default=0)


def used_of(*, program: Program, person_id: Id, day: date) -> int:
    """How much of the day's budget is used."""
    found = StaffBudget.objects.filter(program=program, person=person_id, day=day)
    return found.values_list("used", flat=True).first() or 0
