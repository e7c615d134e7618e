"""Voiding: a fake review, a mistaken import. All that an event earned is taken back, as if it had not been (E-68)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from loyalty.earning.keeping.budgets import Claimed, give_space_back
from loyalty.earning.keeping.claims import Earned, earned_by, note_claims
from loyalty.earning.rules.compiling import rule_set_of
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id, new_id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.claiming import claim
from loyalty.ledger.rows.claims import ClaimWish, Covered
from loyalty.ledger.rows.states import Book
from loyalty.members.finding import survivors_of
from loyalty.programs.models import Program


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One earning of a voided event, and what covered the claim."""

    earned: Earned
    covered: Covered


@inside_unit_of_work
def take_back_all(
    *,
    program: Program,
    event_ids: Collection[Id],
    actor: Actor,
    at: datetime,
    accounts: Book | None = None,
) -> list[TakenBack]:
    """Claim what is left of every earning of these events; told again, nothing moves.

    For events that are no orders: an order is voided by cancelling it, which also gives back what paid for it. A limit
    that the event had used up has its space again.
    """
    earned = earned_by(event_ids=event_ids)
    standing = [each for mine in earned.values() for each in mine if each.claimed < each.points]
    survivors = survivors_of({each.member_id for each in standing})
    group_id = new_id()
    wishes = [
        ClaimWish(
            member_id=survivors[each.member_id],
            currency_id=each.currency_id,
            earning_id=each.entry_id,
            points=each.points - each.claimed,
            source_key=f"{shown('evt', each.event_id)}/{each.rule}/void",
            occurred_at=at,
            take=program.returns_take,
            event_id=each.event_id,
            rule_id=each.rule_id,
            rule_version=each.version,
            group_id=group_id,
            counts_for_tier=each.counts_for_tier,
            day=each.day,
        )
        for each in standing
    ]
    covered = claim(program=program, wishes=wishes, actor=actor, at=at, accounts=accounts)
    note_claims({each.id: each.points for each in standing})
    claimed = [
        Claimed(rule=each.rule, version=each.version, day=each.day, points=wish.points)
        for each, wish in zip(standing, wishes, strict=True)
    ]
    give_space_back(program=program, claimed=claimed, rules=rule_set_of(program))
    return [TakenBack(each, told) for each, told in zip(standing, covered, strict=True)]
