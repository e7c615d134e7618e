"""Going live: staff publish a ladder alone while nobody can move by it; else a second person has to agree (T-41, S-26)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.access.approvals.models import Proposal
from loyalty.access.approvals.proposing import proposable, propose
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.models import Program
from loyalty.programs.texts import in_a_row
from loyalty.tiers.kinds import RevisionState
from loyalty.tiers.ladders.comparing import differences_of, moves_people
from loyalty.tiers.ladders.drafting import live_revision
from loyalty.tiers.ladders.publishing import publish_revision
from loyalty.tiers.models import LadderRevision
from loyalty.tiers.refusals import LadderNotDraft

DEED: Final = "tiers.publish"
SAID_MAX: Final = 10  # more changes than this are too many for a sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Launched:
    """What became of it: a live ladder, or a proposal that waits for a second person."""

    revision: LadderRevision | None = None
    proposal: Proposal | None = None


@unit_of_work
def launch(*, program: Program, revision_id: Id, actor: Actor, at: datetime) -> Launched:
    """Publish a draft; of staff, one that may move members is only proposed.

    Raises NotFound, LadderNotDraft, and what drafting raises if the live ladder has changed since.
    """
    revision = _revision(program, revision_id)
    if revision.state != RevisionState.DRAFT:
        raise LadderNotDraft(number=revision.number, state=revision.state)
    if actor.kind is ActorKind.STAFF and needs_second(program=program, revision=revision):
        argument = {"revision": str(revision.pk), "number": revision.number}
        return Launched(
            proposal=_proposed_before(program, argument, actor)
            or propose(program=program, deed=DEED, argument=argument, actor=actor, at=at)
        )
    return Launched(revision=publish_revision(program=program, revision=revision, at=at))


def needs_second(*, program: Program, revision: LadderRevision) -> bool:
    """Whether one person alone may not publish this; a programme may switch that off, as for rules."""
    if program.publish_alone_percent is None:
        return False
    return moves_people(program=program, before=live_revision(program), after=revision)


def _say(program: Program, argument: Mapping[str, Any]) -> str:
    found = LadderRevision.objects.filter(ladder__program=program, pk=Id(argument["revision"]))
    revision = found.select_related("currency").first()
    if revision is None:
        return str(_("Publish revision {number} of the ladder, which was thrown away.")).format(
            number=argument["number"]
        )
    changes = differences_of(live_revision(program), revision)
    told = in_a_row(f"{each.where}: {each.before} → {each.after}" for each in changes[:SAID_MAX])
    more = " …" if len(changes) > SAID_MAX else ""
    return str(_("Publish revision {number} of the ladder. It changes: {changes}")).format(
        number=revision.number, changes=f"{told}{more}"
    )


@proposable(name=DEED, permission="tiers:write", say=_say)
@inside_unit_of_work
def launch_as_approved(
    *,
    program: Program,
    argument: Mapping[str, Any],
    proposal: Proposal,
    actor: Actor,
    at: datetime,
) -> LadderRevision:
    """Do what was proposed, by the ladder of today; drafts never change, so it is the one that was looked at."""
    revision = _revision(program, Id(argument["revision"]))
    return publish_revision(program=program, revision=revision, at=at)


def _revision(program: Program, revision_id: Id) -> LadderRevision:
    rows = LadderRevision.objects.select_related("currency").filter(ladder__program=program)
    revision = rows.filter(pk=revision_id).first()
    if revision is None:
        raise NotFound
    return revision


def _proposed_before(
    program: Program, argument: Mapping[str, Any], actor: Actor
) -> Proposal | None:
    """The same proposal of the same person, still open: a double click asks once."""
    mine = Proposal.objects.filter(program=program, deed=DEED, proposed_by=actor.id, state="open")
    return mine.filter(argument=dict(argument)).first()
