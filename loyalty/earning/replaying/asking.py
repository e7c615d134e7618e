"""Asking for a what-if (E-80): begun, stopped, taken up again, and forgotten after thirty days."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.earning.kinds import RuleState
from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.earning.replaying.models import Change, WhatIf, WhatIfState
from loyalty.earning.rules.publishing import RuleEnded, RuleNotDraft, RuleNotLive
from loyalty.earning.rules.reading import digest_of
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind, NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.jobs.planning import request
from loyalty.members.kinds import GONE
from loyalty.members.models import Member
from loyalty.programs.models import Program

JOB: Final = "earning.what_if"
DAYS_DEFAULT: Final = 90
DAYS_MAX: Final = 731  # 24 months, a leap day among them
KEPT: Final = timedelta(days=30)
FORGOTTEN_AT_ONCE: Final = 100  # a report may hold a hundred kilobytes


class WhatIfRunning(DomainError):
    """One what-if of a rule at a time: wait for it, or stop it (what_if_runs_once_per_rule)."""

    code = "what_if_running"
    kind = Kind.CONFLICT
    title = _("A what-if is running")
    detail = _("A what-if of this rule is running already.")


class WhatIfOver(DomainError):
    """Only a running what-if can be stopped, only a stopped one taken up again."""

    code = "what_if_over"
    kind = Kind.CONFLICT
    title = _("Not possible in this state")
    detail = _("The what-if is {state}.")


@unit_of_work
def ask(
    *, program: Program, rule_id: Id, change: str, days: int, actor: Actor, at: datetime
) -> WhatIf:
    """Try a rule's draft, or its end, on the last so many days; a job works on it.

    Refusals: NotFound, RuleNotDraft (nothing is drafted), RuleEnded, RuleNotLive (nothing to end), WhatIfRunning.
    """
    rule = EarningRule.objects.select_for_update().filter(pk=rule_id, program=program).first()
    if rule is None:
        raise NotFound
    revision = _revision_to_try(rule, change)
    if WhatIf.objects.filter(rule=rule, state=WhatIfState.RUNNING).exists():
        raise WhatIfRunning
    what_if = WhatIf.objects.create(
        program=program,
        rule=rule,
        revision=revision if change == Change.DRAFT else None,
        change=change,
        definition=revision.definition,
        digest=digest_of(revision.definition),
        since=at - timedelta(days=days),
        until=at,
        members=_members_of(program).count(),
        author=actor.shown,
        asked_at=at,
    )
    _set_going(what_if, at=at)
    return what_if


@unit_of_work
def stop(*, program: Program, what_if_id: Id) -> WhatIf:
    """Leave it where it is; it can be taken up again. Refusals: NotFound, WhatIfOver."""
    return _turned(program, what_if_id, WhatIfState.RUNNING, WhatIfState.STOPPED)


@unit_of_work
def resume(*, program: Program, what_if_id: Id, at: datetime) -> WhatIf:
    """Go on where it was stopped. Refusals: NotFound, WhatIfOver, WhatIfRunning."""
    what_if = _found(program, what_if_id)
    running = WhatIf.objects.filter(rule=what_if.rule_id, state=WhatIfState.RUNNING)
    if what_if.state == WhatIfState.STOPPED and running.exists():
        raise WhatIfRunning
    what_if = _turned(program, what_if_id, WhatIfState.STOPPED, WhatIfState.RUNNING)
    what_if.goes += 1
    what_if.save(update_fields=["goes"])
    _set_going(what_if, at=at)
    return what_if


@inside_unit_of_work
def forget_old(*, program: Program, at: datetime) -> bool:
    """Remove what is older than thirty days, a bounded lot at once; answers whether there may be more."""
    old = WhatIf.objects.filter(program=program, asked_at__lt=at - KEPT).order_by("asked_at")
    ids = list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    WhatIf.objects.filter(pk__in=ids).delete()
    return len(ids) == FORGOTTEN_AT_ONCE


def newest_draft(rule: EarningRule) -> RuleRevision:
    """The revision that would be published next. Refusal: RuleNotDraft."""
    newest: RuleRevision = rule.revisions.order_by("-number")[:1].get()
    if newest.frozen_at is not None:
        raise RuleNotDraft(version=newest.number)
    return newest


def of_this_draft(revision: RuleRevision) -> WhatIf | None:
    """The newest finished what-if of exactly what this draft says now; None if it was changed since, or never tried."""
    done = WhatIf.objects.filter(
        revision=revision, state=WhatIfState.DONE, digest=digest_of(revision.definition)
    )
    return done.order_by("-id").first()


def _members_of(program: Program) -> Any:
    return Member.objects.filter(program=program).exclude(status__in=GONE)


def _revision_to_try(rule: EarningRule, change: str) -> RuleRevision:
    if rule.state == RuleState.ENDED:
        raise RuleEnded
    if change == Change.DRAFT:
        return newest_draft(rule)
    last = rule.periods.order_by("starts_at").select_related("revision").last()
    if last is None:
        raise RuleNotLive(state=RuleState(rule.state))
    return last.revision


def _set_going(what_if: WhatIf, *, at: datetime) -> None:
    request(
        program_id=what_if.program_id,
        job=JOB,
        period=f"{what_if.shown_id}/{what_if.goes}",
        argument={"what_if": str(what_if.pk)},
        at=at,
    )


def _found(program: Program, what_if_id: Id) -> WhatIf:
    held = WhatIf.objects.select_for_update(of=("self",)).filter(pk=what_if_id, program=program)
    what_if = held.select_related("rule").first()
    if what_if is None:
        raise NotFound
    return what_if


def _turned(program: Program, what_if_id: Id, of: WhatIfState, to: WhatIfState) -> WhatIf:
    what_if = _found(program, what_if_id)
    if what_if.state != of:
        raise WhatIfOver(state=WhatIfState(what_if.state))
    what_if.state = to
    what_if.save(update_fields=["state"])
    return what_if
