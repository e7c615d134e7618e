"""Publishing: draft → live ⇄ paused → ended (E-21). Every change of state is a period; none of them is back-dated."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from loyalty.earning.facts import RuleChanged
from loyalty.earning.kinds import RuleState
from loyalty.earning.models import EarningRule, Explanation, RulePeriod, RuleRevision
from loyalty.earning.rules.compiling import BEGINNING
from loyalty.earning.rules.reading import digest_of, read_definition
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind, NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.times.periods import close_open_period, queue_up


class RuleNotDraft(DomainError):
    """Only a revision that was never live can be changed or published (frozen_revision_never_changes)."""

    code = "rule_not_draft"
    kind = Kind.CONFLICT
    title = _("Not a draft")
    detail = _("Revision {version} has been live and can no longer be changed. Make a new one.")


class RuleEnded(DomainError):
    """An ended rule stays ended; a copy under another slug can go on."""

    code = "rule_ended"
    kind = Kind.CONFLICT
    title = _("The rule has ended")
    detail = _("This rule has ended for good. Copy it to go on.")


class RuleNotLive(DomainError):
    """Only a live rule can be paused, only a paused one resumed."""

    code = "rule_not_live"
    kind = Kind.CONFLICT
    title = _("Not possible in this state")
    detail = _("The rule is {state}.")


@unit_of_work
def draft(
    *, program: Program, definition: Mapping[str, Any], actor: Actor, at: datetime
) -> RuleRevision:
    """Keep a definition as a draft revision, of a new rule or of the one with this slug.

    A draft that is there already is changed in place. Refusals: those of `read_definition`; RuleEnded.
    """
    return drafted(program=program, told=definition, actor=actor, at=at)


@unit_of_work
def publish(*, revision_id: Id, program: Program, actor: Actor, at: datetime) -> EarningRule:
    """Make a draft live from now on; the revision before it ends at the same instant. Refusals: RuleNotDraft, RuleEnded."""
    revision = (
        RuleRevision.objects.select_related("rule")
        .filter(pk=revision_id, rule__program=program)
        .first()
    )
    if revision is None:
        raise NotFound
    return published(program=program, revision=revision, actor=actor, at=at)


@unit_of_work
def pause(*, rule_id: Id, program: Program, actor: Actor, at: datetime) -> EarningRule:
    """Stop a live rule until it is resumed. Refusals: RuleEnded, RuleNotLive."""
    return moved(program=program, rule_id=rule_id, to=RuleState.PAUSED, actor=actor, at=at)


@unit_of_work
def resume(*, rule_id: Id, program: Program, actor: Actor, at: datetime) -> EarningRule:
    """Let a paused rule go on from now, by the revision it had. Refusals: RuleEnded, RuleNotLive."""
    return moved(program=program, rule_id=rule_id, to=RuleState.LIVE, actor=actor, at=at)


@unit_of_work
def end(*, rule_id: Id, program: Program, actor: Actor, at: datetime) -> EarningRule:
    """End a rule for good. Refusals: RuleEnded."""
    return moved(program=program, rule_id=rule_id, to=RuleState.ENDED, actor=actor, at=at)


@inside_unit_of_work
def drafted(
    *, program: Program, told: Mapping[str, Any], actor: Actor, at: datetime, pointer: str = ""
) -> RuleRevision:
    """See `draft`; a revision of equal meaning as the newest one is that one (no new number)."""
    slugs = set(PointCurrency.objects.filter(program=program).values_list("slug", flat=True))
    definition, _clause = read_definition(told, currencies=slugs, pointer=pointer)
    queue_up(program.pk)  # two drafts of one rule
    rule = EarningRule.objects.filter(program=program, slug=definition["slug"]).first()
    if rule is None:
        rule = EarningRule.objects.create(
            program=program, slug=definition["slug"], name=definition["name"], created_at=at
        )
    if rule.state == RuleState.ENDED:
        raise RuleEnded
    newest = RuleRevision.objects.filter(rule=rule).order_by("-number").first()
    if newest is not None and digest_of(newest.definition) == digest_of(definition):
        return newest
    if newest is not None and newest.frozen_at is None:
        newest.definition, newest.author, newest.created_at = definition, actor.shown, at
        newest.save()
        return newest
    number = newest.number + 1 if newest else 1
    return RuleRevision.objects.create(
        rule=rule, number=number, definition=definition, author=actor.shown, created_at=at
    )


@inside_unit_of_work
def published(
    *, program: Program, revision: RuleRevision, actor: Actor, at: datetime
) -> EarningRule:
    """See `publish`."""
    _turn_the_page(program)
    rule = revision.rule
    if rule.state == RuleState.ENDED:
        raise RuleEnded
    if revision.frozen_at is not None:
        raise RuleNotDraft(version=revision.number)
    revision.frozen_at = at
    revision.save(update_fields=["frozen_at"])
    is_first = not rule.periods.exists()
    starts_at = at
    if is_first and not Explanation.objects.filter(program=program).exists():
        starts_at = BEGINNING
    close_open_period(RulePeriod.objects.filter(rule=rule), at=at)
    rule.periods.create(revision=revision, starts_at=starts_at)
    rule.name = revision.definition["name"]
    return _told(rule, RuleState.LIVE, version=revision.number, at=at)


@inside_unit_of_work
def moved(
    *, program: Program, rule_id: Id, to: RuleState, actor: Actor, at: datetime
) -> EarningRule:
    """Pause, resume or end a rule of this programme."""
    _turn_the_page(program)
    rule = EarningRule.objects.filter(pk=rule_id, program=program).first()
    if rule is None:
        raise NotFound
    if rule.state == RuleState.ENDED:
        raise RuleEnded
    needed = {RuleState.PAUSED: RuleState.LIVE, RuleState.LIVE: RuleState.PAUSED}.get(to)
    if needed is not None and rule.state != needed:
        raise RuleNotLive(state=RuleState(rule.state))
    last = rule.periods.order_by("starts_at").select_related("revision").last()
    close_open_period(RulePeriod.objects.filter(rule=rule), at=at)
    if to == RuleState.LIVE and last is not None:
        rule.periods.create(revision=last.revision, starts_at=at)
    return _told(rule, to, version=last.revision.number if last else 0, at=at)


def _turn_the_page(program: Program) -> None:
    """Raise the programme's version, which every process keeps its rules by; held, so that changes queue up."""
    Program.objects.filter(pk=program.pk).update(version=F("version") + 1)


def _told(rule: EarningRule, state: RuleState, *, version: int, at: datetime) -> EarningRule:
    rule.state = state
    rule.save(update_fields=["state", "name"])
    announce([RuleChanged(program_id=rule.program_id, at=at, rule_id=rule.pk, state=state.value, version=version)])  # fmt: skip
    return rule
