"""Steering: an import is started, stopped, gone on with, and undone by two people (E-86, E-89, S-26)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from loyalty.access.approvals.models import Proposal
from loyalty.access.approvals.proposing import proposable, propose
from loyalty.access.approvals.summing import SUMMED_OVER
from loyalty.earning.telling.words import money as money_in_words
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.imports.keeping.counting import Counts, money_in, points_in
from loyalty.imports.kinds import ImportState
from loyalty.imports.models import Import
from loyalty.imports.refusals import ImportNotReady, ImportNotUndoable
from loyalty.imports.turning import ask_for_work
from loyalty.programs.models import Program
from loyalty.programs.texts import in_a_row
from loyalty.programs.times.periods import queue_up

UNDONE_WITHIN: Final = timedelta(days=30)
DEED: Final = "imports.undo"
START: Final = "imports.start"
# What one person may bring alone within a day, in all files together (S-26).
POINTS_ALONE_MAX: Final = 50_000
ROWS_ALONE_MAX: Final = 100
MONEY_ALONE_MAX: Final = 100_000  # 1,000.00 on gift cards, as for a batch of vouchers
STARTABLE: Final = frozenset({ImportState.READY, ImportState.STOPPED})
UNDOABLE: Final = frozenset({ImportState.DONE, ImportState.STOPPED})


@dataclass(frozen=True, slots=True)
class Undoing:
    """What became of the wish: the import on its way, or a proposal that waits for a second person."""

    run: Import
    proposal: Proposal | None = None


@unit_of_work
def start(*, program: Program, import_id: Id, actor: Actor, at: datetime) -> Import:
    """Take the rows, on behalf of whoever starts it first; a stopped import goes on where it was. Raises ImportNotReady."""
    return _started(_startable(program, import_id), actor=actor, approved_by_id=None, at=at)


@unit_of_work
def start_or_propose(*, program: Program, import_id: Id, actor: Actor, at: datetime) -> Undoing:
    """As `start`, for people: what brings much needs a second one, unless one has agreed before (S-26).

    What the same person started alone within 24 hours counts with it, so that cutting a file in pieces does not help.
    """
    queue_up(program.pk)  # two files at once
    run = _startable(program, import_id)
    beside = _started_alone(program, actor, since=at - SUMMED_OVER)
    if run.started_at is not None or not brings_much([run.preview, *beside]):
        return Undoing(_started(run, actor=actor, approved_by_id=None, at=at))
    argument = {"import": str(run.pk)}
    waiting = _waiting(program, START, argument, at=at)
    return Undoing(
        run,
        waiting or propose(program=program, deed=START, argument=argument, actor=actor, at=at),
    )


def brings_much(previews: Sequence[Counts]) -> bool:
    """Whether these bring points to more members, more of them, or more money, than one person may give in a day."""
    money: Counter[str] = Counter()
    points = rows = 0
    for each in previews:
        money.update(money_in(each))
        points += points_in(each)
        rows += each.get("new", 0) if points_in(each) else 0
    is_much = points > POINTS_ALONE_MAX or rows > ROWS_ALONE_MAX
    return is_much or any(amount > MONEY_ALONE_MAX for amount in money.values())


def _started_alone(program: Program, actor: Actor, *, since: datetime) -> list[Counts]:
    """The previews of what this person has had taken since then without a second one; what was undone is not among them."""
    mine = Import.objects.filter(
        program=program, actor_kind=actor.kind.value, actor_id=actor.id, approved_by_id=None
    )
    return list(mine.filter(started_at__gt=since).values_list("preview", flat=True))


def _say_start(program: Program, argument: Mapping[str, Any]) -> str:
    run = Import.objects.get(pk=argument["import"], program=program)
    count, money = run.preview.get("new", 0), money_in(run.preview)
    if money:
        told = _("Take the import {name}: {count} gift cards with {money}.")
        sums = in_a_row(money_in_words(amount, each) for each, amount in sorted(money.items()))
        return told.format(name=run, count=count, money=sums)
    told = _("Take the import {name}: {count} rows, {points} points.")
    return told.format(name=run, count=count, points=points_in(run.preview))


@proposable(name=START, permission="imports:write", say=_say_start)
@inside_unit_of_work
def start_as_approved(
    *,
    program: Program,
    argument: Mapping[str, Any],
    proposal: Proposal,
    actor: Actor,
    at: datetime,
) -> Import:
    """Do what was proposed, in the name of who proposed it. Raises ImportNotReady."""
    run = _startable(program, Id(argument["import"]))
    asked = Actor(kind=ActorKind.STAFF, id=proposal.proposed_by_id)
    return _started(run, actor=asked, approved_by_id=actor.id, at=at)


def _startable(program: Program, import_id: Id) -> Import:
    run = _held(program, import_id)
    if run.state not in STARTABLE or run.kept_until is None:
        raise ImportNotReady(state=ImportState(run.state))
    return run


def _started(run: Import, *, actor: Actor, approved_by_id: Id | None, at: datetime) -> Import:
    run.state = ImportState.RUNNING
    if run.started_at is None:  # whoever lets it go on brings nothing: it counts for who began it
        run.started_at = at
        run.actor_kind, run.actor_id, run.actor_name = actor.kind.value, actor.id, actor.name
    run.approved_by_id = approved_by_id or run.approved_by_id
    ask_for_work(run, at=at)
    run.save()
    return run


def _waiting(
    program: Program, deed: str, argument: Mapping[str, str], *, at: datetime
) -> Proposal | None:
    """The proposal that waits already: asked for twice, it is one."""
    waiting = Proposal.objects.filter(program=program, deed=deed, state="open", lapses_at__gt=at)
    return waiting.filter(argument__import=argument["import"]).first()


@unit_of_work
def stop(*, program: Program, import_id: Id) -> Import:
    """Take no further rows; what is taken stays. Raises ImportNotReady if it does not run."""
    run = _held(program, import_id)
    if run.state != ImportState.RUNNING:
        raise ImportNotReady(state=ImportState(run.state))
    run.state = ImportState.STOPPED
    run.save(update_fields=["state"])
    return run


@unit_of_work
def undo(*, program: Program, import_id: Id, note: str, actor: Actor, at: datetime) -> Undoing:
    """Take back what an import brought; if a member of staff asks for it, a second one has to agree first (S-26).

    A key that may do so is the owner's hand (S-27). Raises ImportNotUndoable.
    """
    run = _undoable(program, import_id, at=at)
    if actor.kind is not ActorKind.STAFF:
        return Undoing(_begin(run, actor=actor, approved_by_id=None, at=at))
    argument = {"import": str(run.pk)}
    waiting = _waiting(program, DEED, argument, at=at)
    return Undoing(
        run,
        waiting
        or propose(program=program, deed=DEED, argument=argument, note=note, actor=actor, at=at),
    )


def _say(program: Program, argument: Mapping[str, Any]) -> str:
    run = Import.objects.get(pk=argument["import"], program=program)
    told = _("Undo the import {name}: {count} rows were taken.")
    return told.format(name=run, count=run.outcome.get("new", 0))


@proposable(name=DEED, permission="imports:undo", say=_say)
@inside_unit_of_work
def undo_as_approved(
    *,
    program: Program,
    argument: Mapping[str, Any],
    proposal: Proposal,
    actor: Actor,
    at: datetime,
) -> Import:
    """Do what was proposed; both names stand on the entries."""
    run = _undoable(program, Id(argument["import"]), at=at)
    asked = Actor(kind=ActorKind.STAFF, id=proposal.proposed_by_id)
    return _begin(run, actor=asked, approved_by_id=actor.id, at=at)


def undoable_until(run: Import) -> datetime | None:
    """Until when this import can be undone, or None: it cannot."""
    if run.state not in UNDOABLE or run.started_at is None:
        return None
    return (run.done_at or run.started_at) + UNDONE_WITHIN


def _begin(run: Import, *, actor: Actor, approved_by_id: Id | None, at: datetime) -> Import:
    run.state = ImportState.UNDOING
    run.actor_kind, run.actor_id, run.actor_name = actor.kind.value, actor.id, actor.name
    run.approved_by_id = approved_by_id
    ask_for_work(run, at=at)
    run.save()
    return run


def _undoable(program: Program, import_id: Id, *, at: datetime) -> Import:
    run = _held(program, import_id)
    until = undoable_until(run)
    if until is None or at >= until:
        raise ImportNotUndoable(days=UNDONE_WITHIN.days)
    return run


def _held(program: Program, import_id: Id) -> Import:
    return Import.objects.select_for_update(of=("self",)).get(pk=import_id, program=program)
