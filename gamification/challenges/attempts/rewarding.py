"""Rewarding: what was done is paid and told, what is undone is taken back (G-52, G-53)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gamification.challenges.facts import (
    ChallengeBackfilled,
    ChallengeCompleted,
    ChallengeFact,
    ChallengeReopened,
)
from gamification.challenges.kinds import GAME, PRIZE_ITEM
from gamification.challenges.models import Attempt
from gamification.challenges.terms import Terms
from gamification.prizes.giving import give
from gamification.prizes.kinds import WINNERS_FULL, GrantSlot, PrizeWish, StockKey
from gamification.prizes.taking_back import give_again, take_back
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.rows.states import Book
from loyalty.outbox.announcing import announce
from loyalty.programs.tenants import Program


@dataclass(frozen=True, kw_only=True)
class Turn:
    """An attempt that has changed, and how: new, done now, undone now. `before` is its first step's value until now."""

    row: Attempt
    terms: Terms
    before: int = 0
    is_new: bool = False
    is_done: bool = False
    is_undone: bool = False


@inside_unit_of_work
def reward(
    *, program: Program, turns: Sequence[Turn], book: Book, at: datetime, is_silent: bool = False
) -> None:
    """Pay what is done and take back what is undone; the attempts are written already. The members are held."""
    done = [turn for turn in turns if turn.is_done]
    undone = [turn for turn in turns if turn.is_undone]
    wishes = [wish for turn in done if (wish := _wish(turn))]
    give(program=program, wishes=wishes, at=at, book=book)
    give_again(program=program, slots=_slots(done), at=at, book=book)
    take_back(program=program, slots=_slots(undone), at=at, book=book)
    told = ChallengeBackfilled if is_silent else ChallengeCompleted
    facts: list[ChallengeFact] = [told(**_fields(program, turn.row, at)) for turn in done]
    facts += [ChallengeReopened(**_fields(program, turn.row, at)) for turn in undone]
    announce(facts)


def _wish(turn: Turn) -> PrizeWish | None:
    row, prize = turn.row, turn.terms.prize
    if prize is None or row.completed_at is None:
        return None
    stock = None
    if turn.terms.winners:
        stock = StockKey(
            definition_id=row.challenge_id,
            item=PRIZE_ITEM,
            total=turn.terms.winners,
            occasion=row.run,
            why=WINNERS_FULL,
        )
    return PrizeWish(
        game=GAME,
        definition_id=row.challenge_id,
        version_id=row.version_id,
        occasion=row.occasion,
        member_id=row.member_id,
        item=PRIZE_ITEM,
        prize=prize,
        earned_at=row.completed_at,
        stock=stock,
    )


def _slots(turns: Sequence[Turn]) -> list[GrantSlot]:
    return [
        GrantSlot(
            definition_id=turn.row.challenge_id,
            occasion=turn.row.occasion,
            member_id=turn.row.member_id,
            item=PRIZE_ITEM,
        )
        for turn in turns
    ]


def _fields(program: Program, row: Attempt, at: datetime) -> dict[str, Any]:
    return {
        "program_id": program.pk,
        "member_id": row.member_id,
        "at": at,
        "challenge_id": row.challenge_id,
        "version_id": row.version_id,
        "attempt_id": row.pk,
        "occasion": row.occasion,
    }
