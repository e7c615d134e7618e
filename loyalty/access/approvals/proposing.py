"""Proposing: one person asks, another approves, and only then the deed is done, on the day's state (S-26, S-27).

A room registers how its deed is said and done; this room knows neither.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from django.db.models import Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loyalty.access.approvals.models import Proposal, ProposalState
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind, NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.models import Program

LAPSES_AFTER: Final = timedelta(days=7)


class ProposalDecided(DomainError):
    """Somebody was quicker, or a week went by; nothing was done."""

    code = "proposal_decided"
    kind = Kind.CONFLICT
    title = _("Already decided")
    detail = _("This proposal is {state}.")


class SecondPersonNeeded(DomainError):
    """Nobody approves what they proposed, nor what they gain by (proposal_is_approved_by_another)."""

    code = "second_person_needed"
    kind = Kind.FORBIDDEN
    title = _("A second person is needed")
    detail = _("Whoever proposed this, or gains by it, cannot approve it.")


class Doing(Protocol):
    """How a deed is done once it is approved; runs inside the unit that marks the proposal."""

    def __call__(
        self,
        *,
        program: Program,
        argument: Mapping[str, Any],
        proposal: Proposal,
        actor: Actor,
        at: datetime,
    ) -> object: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """A kind of deed: what a role must be allowed (`ledger:adjust`), how it is said, how it is done."""

    name: str
    permission: str
    say: Callable[[Program, Mapping[str, Any]], str | Promise]
    do: Doing


_deeds: Final[dict[str, Deed]] = {}


def proposable(
    *, name: str, permission: str, say: Callable[[Program, Mapping[str, Any]], str | Promise]
) -> Callable[[Doing], Doing]:
    """Register a deed that may be proposed. Names are for ever: proposals wait under them."""

    def register(do: Doing) -> Doing:
        _deeds[name] = Deed(name=name, permission=permission, say=say, do=do)
        return do

    return register


def deed_of(proposal: Proposal) -> Deed:
    """The kind of deed behind a proposal."""
    return _deeds[proposal.deed]


def said(proposal: Proposal) -> str:
    """One sentence that says what would be done."""
    return str(deed_of(proposal).say(proposal.program, proposal.argument))


@inside_unit_of_work
def propose(
    *,
    program: Program,
    deed: str,
    argument: Mapping[str, Any],
    reason: str = "",
    note: str = "",
    actor: Actor,
    at: datetime,
) -> Proposal:
    """Ask a second person; nothing else happens."""
    assert deed in _deeds, f"nobody knows how to do {deed}"
    assert actor.kind is ActorKind.STAFF, "only people propose"
    assert actor.id is not None, "people have an id"
    return Proposal.objects.create(
        program=program,
        deed=deed,
        argument=dict(argument),
        reason=reason,
        note=note,
        proposed_by_id=actor.id,
        proposed_at=at,
        lapses_at=at + LAPSES_AFTER,
    )


@unit_of_work
def approve(*, program: Program, proposal_id: Id, actor: Actor, at: datetime) -> Proposal:
    """Do the deed as of now. Raises ProposalDecided, SecondPersonNeeded, NotFound, and whatever the deed refuses."""
    proposal = _decided(program, proposal_id, ProposalState.APPROVED, actor=actor, at=at)
    if proposal.proposed_by_id == actor.id:
        raise SecondPersonNeeded
    proposal.save(update_fields=["state", "decided_by", "decided_at"])
    deed_of(proposal).do(
        program=program, argument=proposal.argument, proposal=proposal, actor=actor, at=at
    )
    return proposal


@unit_of_work
def reject(*, program: Program, proposal_id: Id, actor: Actor, at: datetime) -> Proposal:
    """Close a proposal without doing it; whoever proposed it may do so too. Raises ProposalDecided, NotFound."""
    proposal = _decided(program, proposal_id, ProposalState.REJECTED, actor=actor, at=at)
    proposal.save(update_fields=["state", "decided_by", "decided_at"])
    return proposal


@unit_of_work
def lapse(*, program: Program, at: datetime) -> int:
    """Close what nobody decided in time; answers how many."""
    overdue = Proposal.objects.filter(program=program, state=ProposalState.OPEN, lapses_at__lte=at)
    return overdue.update(state=ProposalState.LAPSED, decided_at=at)


def earliest_lapse(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """When the first open proposal lapses, per programme, at or before `until`."""
    waiting = Proposal.objects.filter(state=ProposalState.OPEN, lapses_at__lte=until)
    if program_id:
        waiting = waiting.filter(program=program_id)
    return dict(waiting.values_list("program").annotate(Min("lapses_at")).order_by())


def _decided(
    program: Program, proposal_id: Id, state: ProposalState, *, actor: Actor, at: datetime
) -> Proposal:
    mine = Proposal.objects.select_for_update(of=("self",)).filter(program=program)
    proposal = mine.filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound
    if proposal.state != ProposalState.OPEN or proposal.lapses_at <= at:
        lapsed = proposal.state == ProposalState.OPEN
        raise ProposalDecided(
            state=ProposalState.LAPSED if lapsed else ProposalState(proposal.state)
        )
    proposal.state, proposal.decided_by_id, proposal.decided_at = state, actor.id, at
    return proposal
