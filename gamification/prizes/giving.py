"""Giving: prizes are given once, in the transaction of the decision that earned them, as far as limits go (G-32, G-33)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gamification.prizes.facts import PrizeCapped, PrizeGiven
from gamification.prizes.kinds import (
    EXCLUDED,
    PLAY,
    GrantState,
    PrizeWish,
    TakeBack,
)
from gamification.prizes.limiting import Limits, hold_limits, in_turn
from gamification.prizes.models import PrizeGrant
from gamification.prizes.paying import pay
from gamification.prizes.shapes import amount_of
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.rows.states import Book
from loyalty.members.persons import standings_of
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact
from loyalty.programs.tenants import Program, currencies_of


@inside_unit_of_work
def hold_members(*, program: Program, member_ids: Sequence[Id] | set[Id], at: datetime) -> Book:
    """The member locks of a whole batch, taken before anything that may pay (G-36)."""
    currencies = [each.pk for each in currencies_of(program).values()]
    if not member_ids or not currencies:
        return {}
    return lock_accounts(
        program=program, member_ids=set(member_ids), currency_ids=currencies, at=at
    )


@inside_unit_of_work
def give(
    *,
    program: Program,
    wishes: Sequence[PrizeWish],
    at: datetime,
    actor: Actor = PLAY,
    book: Book | None = None,
) -> list[PrizeGrant]:
    """Give these prizes, each once, in the order of who earned first; answers the grants in the order of the wishes.

    Told again it answers the first grant and nothing moves. What limits hold back is kept as capped with a reason.
    A constant number of statements. `book` is the members' lock, if it is held already.
    """
    if not wishes:
        return []
    members = {wish.member_id for wish in wishes}
    book = book if book is not None else hold_members(program=program, member_ids=members, at=at)
    there = _there(wishes)
    fresh = {wish.slot: wish for wish in wishes if wish.slot not in there}
    turn = sorted(fresh.values(), key=in_turn)
    limits = hold_limits(turn, program=program)
    standings = standings_of(members)
    grants = {}
    for wish in turn:
        why = "" if standings[wish.member_id].is_active else EXCLUDED
        grants[wish.slot] = _grant(program, wish, why=why or limits.take(wish), at=at)
    _pay(program, grants, fresh, limits=limits, book=book, actor=actor, at=at)
    limits.write()
    PrizeGrant.objects.bulk_create(sorted(grants.values(), key=lambda row: row.pk))
    announce([fact_of(row, at=at) for row in grants.values()])
    found = there | grants
    return [found[wish.slot] for wish in wishes]


def _there(wishes: Sequence[PrizeWish]) -> dict[tuple[Id, str, Id, str], PrizeGrant]:
    rows = PrizeGrant.objects.filter(
        definition_id__in={wish.definition_id for wish in wishes},
        member_id__in={wish.member_id for wish in wishes},
        occasion__in={wish.occasion for wish in wishes},
    )
    return {(row.definition_id, row.occasion, row.member_id, row.item): row for row in rows}


def _grant(program: Program, wish: PrizeWish, *, why: str, at: datetime) -> PrizeGrant:
    return PrizeGrant(
        id=new_id(),
        program=program,
        member_id=wish.member_id,
        game=wish.game,
        definition_id=wish.definition_id,
        version_id=wish.version_id,
        occasion=wish.occasion,
        item=wish.item,
        kind=wish.prize["kind"],
        prize=dict(wish.prize),
        amount=amount_of(wish.prize),
        state=GrantState.CAPPED if why else GrantState.GIVEN,
        reason=why,
        take_back=wish.prize.get("take_back", TakeBack.UNSPENT),
        cost=int(wish.prize.get("cost", 0)),
        budget=str(wish.prize.get("budget", "")),
        earned_at=wish.earned_at,
        decided_at=at,
    )


def _pay(
    program: Program,
    grants: Mapping[tuple[Id, str, Id, str], PrizeGrant],
    wishes: Mapping[tuple[Id, str, Id, str], PrizeWish],
    *,
    limits: Limits,
    book: Book,
    actor: Actor,
    at: datetime,
) -> None:
    """Hand out what limits let through; what cannot be handed out is capped, and its stock and cost are free."""
    given = {slot: row for slot, row in grants.items() if row.state == GrantState.GIVEN}
    amounts = {row.pk: row.amount for row in given.values()}
    refused = pay(list(given.values()), program=program, amounts=amounts, book=book, actor=actor, at=at)  # fmt: skip
    for slot, row in given.items():
        if row.pk in refused:
            row.state, row.reason = GrantState.CAPPED, refused[row.pk][:60]
            limits.put_back(wishes[slot])


def fields_of(row: PrizeGrant, *, at: datetime) -> dict[str, Any]:
    """What every fact about a grant says."""
    return {
        "program_id": row.program_id,
        "member_id": row.member_id,
        "at": at,
        "grant_id": row.pk,
        "game": row.game,
        "definition_id": row.definition_id,
        "version_id": row.version_id,
        "occasion": row.occasion,
        "item": row.item,
        "kind": str(row.kind),
        "amount": row.amount,
    }


def fact_of(row: PrizeGrant, *, at: datetime) -> Fact:
    """What is told of a grant as it turned out."""
    if row.state == GrantState.CAPPED:
        return PrizeCapped(**fields_of(row, at=at), reason=row.reason)
    return PrizeGiven(**fields_of(row, at=at))
