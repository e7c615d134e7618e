"""Publishing: a draft goes live, the revision before it ends, and a job brings it to the members (T-40 to T-42)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import shown
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.jobs.planning import request
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.tiers.facts import LadderChanged
from loyalty.tiers.kinds import RevisionState
from loyalty.tiers.ladders.comparing import is_counted
from loyalty.tiers.ladders.drafting import check, defined, draft_ladder, live_revision
from loyalty.tiers.models import Ladder, LadderRevision
from loyalty.tiers.refusals import LadderNotDraft

APPLY_JOB: Final = "tiers.apply_ladder"


@inside_unit_of_work
def publish_revision(*, program: Program, revision: LadderRevision, at: datetime) -> LadderRevision:
    """Put this draft in force from now on. Nobody drops by it before a review; who reaches more climbs (T-41).

    Members are taken over by a job in ranges, or by their next event. Raises LadderNotDraft, and what drafting
    raises if the live revision has changed since.
    """
    Ladder.objects.select_for_update().get(pk=revision.ladder_id)
    held = LadderRevision.objects.prefetch_related("tiers").get(pk=revision.pk)
    if held.state != RevisionState.DRAFT:
        raise LadderNotDraft(number=held.number, state=held.state)
    live = live_revision(program)
    check(sorted(held.tiers.all(), key=lambda tier: tier.rank), held.mapping, live=live)
    if live is not None:
        LadderRevision.objects.filter(pk=live.pk).update(state=RevisionState.PAST, ended_at=at)
    held.state, held.published_at = RevisionState.LIVE, at
    held.save(update_fields=["state", "published_at"])
    _bring_to_the_members(program, held, at=at)
    announce([LadderChanged(program_id=program.pk, at=at, revision_id=held.pk, number=held.number)])
    return held


publish = unit_of_work(publish_revision)


@inside_unit_of_work
def change_ladder(*, program: Program, told: Mapping[str, Any], at: datetime, actor: Actor) -> None:
    """Make the ladder what the document says, as a new live revision; nothing if it is that already."""
    live = live_revision(program)
    revision = draft_ladder(program=program, told=told, author=actor.shown, at=at, pointer="/tiers")
    fresh = LadderRevision.objects.select_related("currency").get(pk=revision.pk)
    if live is not None and defined(fresh) == defined(live):
        fresh.tiers.all().delete()
        fresh.delete()
        return
    publish_revision(program=program, revision=fresh, at=at)


def _bring_to_the_members(program: Program, revision: LadderRevision, *, at: datetime) -> None:
    """Ask for the job, unless nobody was counted or placed yet: then there is nobody to bring it to."""
    if not is_counted(program):
        LadderRevision.objects.filter(pk=revision.pk).update(applied_at=at)
        return
    request(
        program_id=program.pk,
        job=APPLY_JOB,
        period=shown(LadderRevision.prefix, revision.pk),
        argument={"revision": str(revision.pk)},
        at=at,
    )
