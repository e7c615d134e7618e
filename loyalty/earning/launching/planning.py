"""Planning: drafts that go live by themselves, at an instant of the programme's time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import Min, QuerySet
from django.utils.translation import gettext_lazy as _

from loyalty.earning.kinds import RuleState
from loyalty.earning.launching.models import LaunchPlan, PlanState
from loyalty.earning.models import RuleRevision
from loyalty.earning.rules.publishing import RuleEnded, RuleNotDraft, published
from loyalty.earning.rules.reading import digest_of
from loyalty.foundation.actors import Actor, job
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind, NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.calendar import local_time
from loyalty.programs.models import Program

CHANGED: Final = "draft_changed"
NOT_POSSIBLE: Final = "not_a_draft"
CANCELLED: Final = "cancelled"


class LaunchInThePast(DomainError):
    """A draft goes live now, or later; no period is back-dated (E-21)."""

    code = "launch_in_the_past"
    kind = Kind.REFUSED
    title = _("Already past")
    detail = _("{due_at} has passed already.")


@inside_unit_of_work
def plan_launch(
    *, program: Program, revision: RuleRevision, due_at: datetime, actor: Actor, at: datetime
) -> LaunchPlan:
    """Let this draft go live at `due_at`; planned anew, the earlier plan of it is dropped.

    Refusals: RuleNotDraft, RuleEnded, LaunchInThePast.
    """
    if revision.rule.state == RuleState.ENDED:
        raise RuleEnded
    if revision.frozen_at is not None:
        raise RuleNotDraft(version=revision.number)
    if due_at <= at:
        raise LaunchInThePast(due_at=local_time(due_at, program.zone), pointer="/due_at")
    _of(revision.pk).update(state=PlanState.DROPPED, note=CANCELLED)
    return LaunchPlan.objects.create(
        program=program,
        revision=revision,
        digest=digest_of(revision.definition),
        due_at=due_at,
        author=actor.shown,
        asked_at=at,
    )


@unit_of_work
def cancel_plan(*, program: Program, revision_id: Id) -> None:
    """Leave the draft a draft. Refusal: NotFound, where nothing is planned."""
    mine = _of(revision_id).filter(program=program)
    if not mine.update(state=PlanState.DROPPED, note=CANCELLED):
        raise NotFound


def earliest_launch(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """When the first planned draft of each programme goes live, at or before `until`."""
    due = LaunchPlan.objects.filter(state=PlanState.PLANNED, due_at__lte=until)
    if program_id:
        due = due.filter(program=program_id)
    return dict(due.values_list("program").annotate(Min("due_at")).order_by())


@inside_unit_of_work
def launch_due(*, program: Program, at: datetime) -> bool:
    """Publish the first draft whose time has come, unless it was changed since; True if there may be more."""
    due = LaunchPlan.objects.select_for_update(of=("self",), skip_locked=True).filter(
        program=program, state=PlanState.PLANNED, due_at__lte=at
    )
    plan = due.select_related("revision__rule").order_by("due_at", "id").first()
    if plan is None:
        return False
    revision = plan.revision
    if digest_of(revision.definition) != plan.digest:
        plan.state, plan.note = PlanState.DROPPED, CHANGED
    elif revision.frozen_at is not None or revision.rule.state == RuleState.ENDED:
        plan.state, plan.note = PlanState.DROPPED, NOT_POSSIBLE
    else:
        published(program=program, revision=revision, actor=job("launching"), at=at)
        plan.state = PlanState.DONE
    plan.save(update_fields=["state", "note"])
    return True


def planned_of(revision: RuleRevision) -> LaunchPlan | None:
    """The plan of this draft, if it has one."""
    return _of(revision.pk).first()


def _of(revision_id: Id) -> QuerySet[LaunchPlan]:
    return LaunchPlan.objects.filter(revision=revision_id, state=PlanState.PLANNED)
