"""Following: deeds, streaks and members change; attempts follow (G-4, G-10, G-26)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from gamification.challenges.attempts.settling import Touched, settle
from gamification.challenges.kinds import GAME, GRACE, AttemptState
from gamification.challenges.models import Attempt
from gamification.criteria.facts import DeedsChanged
from gamification.criteria.life.catalogue import Book, book_of, programs_with_books
from gamification.criteria.measures.states import wakes
from gamification.criteria.merging import hands_over
from loyalty.foundation.database.looking import one_hearing
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.finding import survivors_of
from loyalty.outbox.facts import Told
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program

STREAKS: Final = ("streak.extended", "streak.lost", "streak.repaired")
HEARD: Final = (DeedsChanged.name, *STREAKS)


@one_hearing()
@inside_unit_of_work
def follow(facts: Sequence[Told]) -> None:
    """Look at the members that these facts are about, in all challenges that look at what has changed."""
    whose = survivors_of({fact.member_id for fact in facts if fact.member_id})
    for program, book in programs_with_books({fact.program_id for fact in facts}):
        mine = [fact for fact in facts if fact.program_id == program.pk and fact.member_id]
        _follow(program, book, mine, whose=whose)


def _follow(program: Program, book: Book, facts: Sequence[Told], *, whose: Mapping[Id, Id]) -> None:
    at = now_of(program)
    for is_silent in (False, True):
        heard = [fact for fact in facts if bool(fact.body.get("is_silent")) is is_silent]
        kinds = {kind for fact in heard for kind in _kinds(fact)}
        for challenge in book.woken(GAME, kinds):
            looks_at = {kind for spec in challenge.specs for kind in wakes(spec)}
            waking = [fact for fact in heard if not looks_at.isdisjoint(_kinds(fact))]
            settle(
                program=program,
                challenge=challenge,
                member_ids={whose[fact.member_id] for fact in waking if fact.member_id},
                touched=_touched(waking),
                at=at,
                is_silent=is_silent,
            )


@inside_unit_of_work
def catch_up(
    *,
    program: Program,
    definition_id: Id,
    member_ids: Collection[Id],
    is_silent: bool,
    at: datetime,
) -> None:
    """One page of members for a challenge that came into force or goes on (G-26)."""
    for challenge in book_of(program).of(GAME):
        if challenge.definition_id == definition_id:
            settle(
                program=program,
                challenge=challenge,
                member_ids=member_ids,
                touched=(at - GRACE, at),
                at=at,
                is_silent=is_silent,
            )


@inside_unit_of_work
def catch_up_since(
    *,
    program: Program,
    definition_id: Id,
    member_ids: Collection[Id],
    since: datetime,
    at: datetime,
) -> None:
    """One page of members after a pause: runs that were not closed when it began count, over or not (G-28)."""
    for challenge in book_of(program).of(GAME):
        if challenge.definition_id == definition_id:
            settle(
                program=program,
                challenge=challenge,
                member_ids=member_ids,
                touched=(since - GRACE, at),
                open_at=since,
                at=at,
                is_silent=True,
            )


def _kinds(fact: Told) -> list[str]:
    """Kinds of deeds, or the name of any other fact."""
    if fact.name == DeedsChanged.name:
        return str(fact.body["kinds"]).split(",")
    return [fact.name]


def _touched(facts: Sequence[Told]) -> Touched:
    firsts, lasts = [], []
    for fact in facts:
        is_deed = fact.name == DeedsChanged.name
        firsts.append(datetime.fromisoformat(str(fact.body["first_at"])) if is_deed else fact.at)
        lasts.append(datetime.fromisoformat(str(fact.body["last_at"])) if is_deed else fact.at)
    return min(firsts), max(lasts)


@hands_over
def hand_over(program: Program, gone: Mapping[Id, Id]) -> None:
    """Goes become the survivor's; where both have one, the survivor's stays, and a running other one is left (G-10)."""
    rows = list(
        Attempt.objects.filter(
            challenge__program=program, member_id__in={*gone, *gone.values()}
        ).order_by("starts_at", "pk")
    )
    taken = {
        (row.member_id, row.challenge_id, row.occasion) for row in rows if row.member_id not in gone
    }
    moving = [row for row in rows if row.member_id in gone]
    for row in moving:
        slot = (gone[row.member_id], row.challenge_id, row.occasion)
        if slot not in taken:
            taken.add(slot)
            row.member_id = gone[row.member_id]
        elif row.state == AttemptState.ACTIVE:
            row.state = AttemptState.ABANDONED
    Attempt.objects.bulk_update(moving, ["member_id", "state"])
