"""Reactions of this room: scores follow deeds, and who is shown follows how members stand."""

from collections import defaultdict
from collections.abc import Sequence

import gamification.leaderboards.proofs.auditing
import gamification.leaderboards.proofs.rebuilding
from gamification.criteria.facts import DeedsChanged
from gamification.criteria.life.catalogue import programs_with_books
from gamification.criteria.switches import hears_switches
from gamification.leaderboards.entries.carrying import carry_suspensions
from gamification.leaderboards.scoring.following import follow
from gamification.leaderboards.seeing.admitting import HEARD, admit
from gamification.leaderboards.seeing.leaving import leave_boards
from gamification.leaderboards.seeing.showing import show_or_hide
from gamification.leaderboards.winning.clawing_back import claw_back
from loyalty.foundation.ids import Id
from loyalty.members.facts import (
    MemberErased,
    MemberMerged,
    MemberParted,
    MemberStatusChanged,
)
from loyalty.outbox.facts import Fact, Told
from loyalty.outbox.receiving import reacts_later
from loyalty.programs.clock import now_of


@reacts_later(DeedsChanged, name="leaderboards.scores")
def score(facts: Sequence[DeedsChanged]) -> None:
    """Scores of open periods follow; what comes after the end is noted."""
    by_program: defaultdict[Id, list[DeedsChanged]] = defaultdict(list)
    for fact in facts:
        by_program[fact.program_id].append(fact)
    for program, book in programs_with_books(by_program):
        mine, at = by_program[program.pk], now_of(program)
        ended = follow(program=program, book=book, facts=mine, at=at)
        corrected = {fact.member_id for fact in mine if fact.is_corrected and fact.member_id}
        claw_back(program=program, ended=ended, member_ids=corrected, at=at)


@reacts_later(
    (MemberStatusChanged, MemberMerged, MemberParted, MemberErased), name="leaderboards.members"
)
def see(facts: Sequence[Fact]) -> None:
    """Who may not take part is not shown; who is gone takes their choice along."""
    members = {fact.member_id for fact in facts if fact.member_id}
    erased = {f.member_id for f in facts if isinstance(f, MemberErased) and f.member_id}
    merged = {f.member_id for f in facts if isinstance(f, MemberMerged) and f.member_id}
    leave_boards(erased=erased, merged=merged)
    carry_suspensions([fact for fact in facts if isinstance(fact, MemberMerged)])
    show_or_hide(members)


@reacts_later(HEARD, name="leaderboards.who")
def take_part(facts: Sequence[Told]) -> None:
    """Who stands otherwise may belong to a board now, or no more."""
    admit(facts)


@hears_switches
def follow_a_switch(member_id: Id) -> None:
    """Who switched boards off is gone from them, and there again once they are switched on."""
    show_or_hide([member_id])
