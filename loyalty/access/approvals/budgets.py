"""Budgets: what a person or a key may hand out by hand in one local day (S-25). Drawn on by one conditional update."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.access.approvals.models import KeyBudget, StaffBudget
from loyalty.access.kinds import Role
from loyalty.access.models import ApiKey, Membership
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.calendar import local_day, local_time, midnight
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
_DRAW_OF_KEY: Final = """
    INSERT INTO loyalty_keybudget AS b (id, key_id, day, used, "limit")
    SELECT told.* FROM (VALUES (%s::uuid, %s::uuid, %s::date, %s::bigint, %s::bigint))
        AS told (id, key_id, day, used, most)
    WHERE told.used <= told.most
    ON CONFLICT (key_id, day) DO UPDATE SET used = b.used + EXCLUDED.used, "limit" = EXCLUDED."limit"
    WHERE b.used + EXCLUDED.used <= EXCLUDED."limit"
    RETURNING used
"""
_GIVE_BACK_TO_KEY: Final = """
    UPDATE loyalty_keybudget SET used = GREATEST(0, used - %s::bigint) WHERE key_id = %s::uuid AND day = %s::date
"""
_GIVE_BACK: Final = """
    UPDATE loyalty_staffbudget SET used = GREATEST(0, used - %s::bigint)
    WHERE program_id = %s::uuid AND person_id = %s::uuid AND day = %s::date
"""


class BudgetExhausted(DomainError):
    """The person, or the key, has given away what may be given in a day; all of it is refused (staff_budget_used_up_to_its_limit, key_budget_used_up_to_its_limit)."""

    code = "budget_exhausted"
    kind = Kind.REFUSED
    title = _("Budget used up")
    detail = _("{used} of {limit} points are used; the next budget begins at {resets_at}.")


@inside_unit_of_work
def draw_on_budget(*, program: Program, actor: Actor, points: int, at: datetime) -> None:
    """Charge what a person or a key hands out to its budget of the local day. Raises BudgetExhausted, and nothing is charged.

    Keys have one if it was given to them; jobs and members have none: what they do is limited elsewhere.
    """
    if not points or actor.id is None:
        return
    day = local_day(at, program.zone)
    if actor.kind is ActorKind.STAFF:
        limit = limit_of(program=program, person_id=actor.id)
        drawn = run(_DRAW, [new_id(), program.pk, actor.id, day, points, limit])
    elif (limit := _limit_of_key(actor)) is not None:
        drawn = run(_DRAW_OF_KEY, [new_id(), actor.id, day, points, limit])
    else:
        return
    if not drawn:
        raise BudgetExhausted(
            limit=limit,
            used=_used(program, actor, day),
            resets_at=_next_day(program, day),
        )


@inside_unit_of_work
def give_budget_back(*, program: Program, actor: Actor, points: int, day: date) -> None:
    """What was given came back unused on the same day: it may be given again (W-73)."""
    if actor.kind is ActorKind.STAFF:
        run(_GIVE_BACK, [points, program.pk, actor.id, day])
    elif actor.kind is ActorKind.KEY:
        run(_GIVE_BACK_TO_KEY, [points, actor.id, day])


def _next_day(program: Program, day: date) -> datetime:
    return local_time(midnight(day + timedelta(days=1), program.zone), program.zone)


def _limit_of_key(actor: Actor) -> int | None:
    if actor.kind is not ActorKind.KEY or actor.id is None:
        return None
    return ApiKey.objects.filter(pk=actor.id).values_list("points_a_day", flat=True).first()


def _used(program: Program, actor: Actor, day: date) -> int:
    assert actor.id is not None, "people and keys have an id"
    if actor.kind is ActorKind.STAFF:
        return used_of(program=program, person_id=actor.id, day=day)
    mine = KeyBudget.objects.filter(key=actor.id, day=day)
    return mine.values_list("used", flat=True).first() or 0


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
