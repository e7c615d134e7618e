"""Taking back: what earned a prize is no more; and when it is true again, exactly what came back is given again (G-35)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from gamification.prizes.facts import PrizeGiven, PrizeReversed
from gamification.prizes.giving import fields_of, hold_members
from gamification.prizes.kinds import PLAY, GrantSlot, GrantState, PrizeKind, TakeBack
from gamification.prizes.models import PrizeGrant
from gamification.prizes.paying import key_of, pay
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.claiming import claim
from loyalty.ledger.rows.claims import ClaimWish
from loyalty.ledger.rows.states import Book
from loyalty.outbox.announcing import announce
from loyalty.programs.tenants import Program, currencies_of
from loyalty.rewards.afterwards.withdrawing import take_gifts_back
from loyalty.rewards.kinds import Origin

_REACH: Final = {TakeBack.UNSPENT: "within_balance", TakeBack.FULL: "owe"}
_REWARDS: Final = frozenset({PrizeKind.REWARD, PrizeKind.VOUCHER})
_CHANGED: Final = ("state", "recovered", "times", "entries", "redemption_id", "reason")


@inside_unit_of_work
def take_back(
    *,
    program: Program,
    slots: Collection[GrantSlot],
    at: datetime,
    actor: Actor = PLAY,
    book: Book | None = None,
) -> list[PrizeGrant]:
    """Take these prizes back as far as each says; those that were not given stay. Told again, nothing moves."""
    rows = _rows(slots, state=GrantState.GIVEN)
    if not rows:
        return []
    members = {row.member_id for row in rows}
    book = book if book is not None else hold_members(program=program, member_ids=members, at=at)
    for row in rows:
        row.times += 1
    came_back = _claim_points(program, rows, book=book, actor=actor, at=at)
    came_back |= _take_rewards(program, rows, actor=actor, at=at)
    for row in rows:
        row.state, row.recovered = GrantState.REVERSED, came_back.get(row.pk, 0)
    PrizeGrant.objects.bulk_update(rows, _CHANGED)
    announce([PrizeReversed(**fields_of(row, at=at), recovered=row.recovered) for row in rows])
    return rows


@inside_unit_of_work
def give_again(
    *,
    program: Program,
    slots: Collection[GrantSlot],
    at: datetime,
    actor: Actor = PLAY,
    book: Book | None = None,
) -> list[PrizeGrant]:
    """What earned these prizes is true again: what came back of each is given again, once."""
    rows = _rows(slots, state=GrantState.REVERSED)
    if not rows:
        return []
    members = {row.member_id for row in rows}
    book = book if book is not None else hold_members(program=program, member_ids=members, at=at)
    amounts = {row.pk: row.recovered for row in rows}
    paying = [row for row in rows if row.recovered]
    refused = pay(paying, program=program, amounts=amounts, book=book, actor=actor, at=at)
    told = []
    for row in rows:
        if row.pk in refused:
            continue
        row.state, row.recovered = GrantState.GIVEN, 0
        told.append(PrizeGiven(**fields_of(row, at=at), again=amounts[row.pk]))
    PrizeGrant.objects.bulk_update(rows, _CHANGED)
    announce(told)
    return rows


def _rows(slots: Collection[GrantSlot], *, state: GrantState) -> list[PrizeGrant]:
    if not slots:
        return []
    wanted = {each.slot for each in slots}
    found = PrizeGrant.objects.filter(
        definition_id__in={each.definition_id for each in slots},
        member_id__in={each.member_id for each in slots},
        occasion__in={each.occasion for each in slots},
        state=state,
    ).order_by("pk")
    return [
        row for row in found if (row.definition_id, row.occasion, row.member_id, row.item) in wanted
    ]


def _claim_points(
    program: Program, rows: Sequence[PrizeGrant], *, book: Book, actor: Actor, at: datetime
) -> dict[Id, int]:
    """Claims of the ledger on every entry that holds points of these grants; what moved came back."""
    currencies = currencies_of(program)
    asked: list[tuple[PrizeGrant, int, ClaimWish]] = []
    for row in rows:
        if row.kind != PrizeKind.POINTS or row.take_back == TakeBack.KEEP:
            continue
        currency = currencies[row.prize["currency"]]
        for place, (entry_id, points) in enumerate(row.entries):
            if points and not book[row.member_id, currency.pk].is_closed:
                wish = ClaimWish(
                    member_id=row.member_id,
                    currency_id=currency.pk,
                    earning_id=Id(entry_id),
                    points=points,
                    source_key=key_of(row),
                    occurred_at=at,
                    take=_REACH[TakeBack(row.take_back)],
                    counts_for_tier=bool(row.prize.get("counts_for_tier", False)),
                )
                asked.append((row, place, wish))
    covered = claim(
        program=program,
        wishes=[wish for _row, _place, wish in asked],
        actor=actor,
        at=at,
        accounts=book,
    )
    came_back: dict[Id, int] = {}
    for (row, place, _wish), each in zip(asked, covered, strict=True):
        came_back[row.pk] = came_back.get(row.pk, 0) + each.moved
        row.entries[place][1] -= each.moved
    return came_back


def _take_rewards(
    program: Program, rows: Sequence[PrizeGrant], *, actor: Actor, at: datetime
) -> Mapping[Id, int]:
    """Gifts that nobody used yet."""
    going = {
        f"{row.shown_id}/{row.times - 1}" if row.times > 1 else row.shown_id: row
        for row in rows
        if row.kind in _REWARDS and row.take_back != TakeBack.KEEP
    }
    if not going:
        return {}
    pieces = take_gifts_back(
        program=program,
        origin=Origin.PLAY,
        origin_keys=list(going),
        reason="prize_reversed",
        actor=actor,
        at=at,
    )
    return {going[key].pk: min(count, going[key].amount) for key, count in pieces.items()}
