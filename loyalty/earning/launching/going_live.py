"""Going live: at once or at an instant; where much more would be given, only by two people (U-33, S-26, S-27)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.access.approvals.models import Proposal
from loyalty.access.approvals.proposing import proposable, propose
from loyalty.earning.launching.models import LaunchPlan
from loyalty.earning.launching.planning import plan_launch
from loyalty.earning.models import EarningRule, Explanation, RuleRevision
from loyalty.earning.replaying.asking import of_this_draft
from loyalty.earning.replaying.reporting import growth_of
from loyalty.earning.rules.publishing import RuleNotDraft, published
from loyalty.earning.rules.reading import digest_of
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind, NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.models import Program
from loyalty.programs.texts import in_words

DEED: Final = "earning.publish"


class DraftChanged(DomainError):
    """The draft says something else than what was proposed: look at it again."""

    code = "draft_changed"
    kind = Kind.CONFLICT
    title = _("The draft has changed")
    detail = _("The draft was changed after it was proposed. Propose it again.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Launched:
    """What became of it: a live rule, a plan, or a proposal that waits for a second person."""

    rule: EarningRule | None = None
    plan: LaunchPlan | None = None
    proposal: Proposal | None = None


@unit_of_work
def launch(
    *, program: Program, revision_id: Id, due_at: datetime | None, actor: Actor, at: datetime
) -> Launched:
    """Publish a draft now, or at `due_at`. A member of staff may need a second person: then it is only proposed.

    Refusals: NotFound, RuleNotDraft, RuleEnded, LaunchInThePast.
    """
    revision = _revision(program, revision_id)
    if actor.kind is ActorKind.STAFF and needs_second(program=program, revision=revision):
        if revision.frozen_at is not None:
            raise RuleNotDraft(version=revision.number)
        argument = {
            "revision": str(revision.pk),
            "digest": digest_of(revision.definition),
            "due_at": due_at.isoformat() if due_at else None,
        }
        return Launched(
            proposal=_proposed_before(program, argument, actor)
            or propose(program=program, deed=DEED, argument=argument, actor=actor, at=at)
        )
    return _launched(program, revision, due_at=due_at, actor=actor, at=at)


def needs_second(*, program: Program, revision: RuleRevision) -> bool:
    """Whether this draft gives so much more that one person alone may not publish it.

    Unknown counts as much: a draft that was never tried on a past that is there.
    """
    most = program.publish_alone_percent
    if most is None:
        return False
    tried = of_this_draft(revision)
    if tried is None:
        return Explanation.objects.filter(program=program).exists()
    growth = growth_of(tried)
    return growth is None or growth > most


def _say(program: Program, argument: Mapping[str, Any]) -> str:
    revision = RuleRevision.objects.select_related("rule").get(pk=Id(argument["revision"]))
    told = {"rule": in_words(revision.definition["name"]), "version": revision.number}
    tried = of_this_draft(revision)
    if tried is None:
        return str(_("Publish “{rule}”, version {version}. It was not tried on the past.")).format(
            **told
        )
    sums = tried.tally["currencies"].get(tried.tally["currency"], {})
    text = _(
        "Publish “{rule}”, version {version}. Tried on {events} past events: {before} points became {after}."
    )
    return str(text).format(
        events=tried.tally["events"],
        before=sums.get("before", 0),
        after=sums.get("after", 0),
        **told,
    )


@proposable(name=DEED, permission="earning:publish", say=_say)
@inside_unit_of_work
def launch_as_approved(
    *,
    program: Program,
    argument: Mapping[str, Any],
    proposal: Proposal,
    actor: Actor,
    at: datetime,
) -> Launched:
    """Do what was proposed, if the draft still says the same; a date that has passed means now."""
    revision = _revision(program, Id(argument["revision"]))
    if digest_of(revision.definition) != argument["digest"]:
        raise DraftChanged
    due_at = datetime.fromisoformat(argument["due_at"]) if argument["due_at"] else None
    if due_at is not None and due_at <= at:
        due_at = None
    return _launched(program, revision, due_at=due_at, actor=actor, at=at)


def _launched(
    program: Program,
    revision: RuleRevision,
    *,
    due_at: datetime | None,
    actor: Actor,
    at: datetime,
) -> Launched:
    if due_at is None:
        return Launched(rule=published(program=program, revision=revision, actor=actor, at=at))
    plan = plan_launch(program=program, revision=revision, due_at=due_at, actor=actor, at=at)
    return Launched(plan=plan)


def _revision(program: Program, revision_id: Id) -> RuleRevision:
    rows = RuleRevision.objects.select_related("rule")
    revision = rows.filter(pk=revision_id, rule__program=program).first()
    if revision is None:
        raise NotFound
    return revision


def _proposed_before(
    program: Program, argument: Mapping[str, Any], actor: Actor
) -> Proposal | None:
    """The same proposal of the same person, still open: a double click asks once."""
    mine = Proposal.objects.filter(program=program, deed=DEED, proposed_by=actor.id, state="open")
    return mine.filter(argument=dict(argument)).first()
