"""Showing: a member's cards as they stand, and what their positions gave."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gamification.criteria.conditions import read_condition
from gamification.criteria.explaining import explain, verdict
from gamification.criteria.kinds import Reason
from gamification.criteria.life.catalogue import Live, book_of
from gamification.criteria.measures.counting import Who
from gamification.criteria.switches import has_switched_off
from gamification.prizes.models import PrizeGrant
from gamification.stamps.automatic.sources import Source
from gamification.stamps.keeping.cards import Card
from gamification.stamps.keeping.rows import totals_of
from gamification.stamps.kinds import GAME
from gamification.stamps.models import Stamp
from loyalty.foundation.ids import Id, shown
from loyalty.programs.tenants import Program

Json = dict[str, Any]
STAMPS_SHOWN: Final = 20


def show_cards(*, program: Program, member_id: Id) -> list[Json]:
    """Every live or paused card of the programme, as this member has it; a constant number of queries."""
    cards = [each for each in book_of(program).definitions if each.game == GAME]
    if not cards:
        return []
    totals = totals_of({(each.definition_id, member_id) for each in cards})
    grants = _grants([each.definition_id for each in cards], member_id)
    is_off = has_switched_off(program=program, game=GAME, member_id=member_id)
    return [
        {
            **_shown(each, totals.get((each.definition_id, member_id)), grants),
            "switched_off": is_off,
        }
        for each in cards
    ]


def show_card(*, program: Program, card: Live, member_id: Id) -> Json:
    """One of them."""
    cards = show_cards(program=program, member_id=member_id)
    return next(each for each in cards if each["slug"] == card.slug)


def show_stamp(row: Stamp) -> Json:
    """One row of a card."""
    return {
        "id": row.shown_id,
        "member": shown("mem", row.member_id),
        "number": row.seq,
        "kind": row.kind,
        "quantity": row.quantity,
        "total": row.total,
        "source": row.source,
        "refers_to": shown("stm", row.refers_to_id) if row.refers_to_id else None,
        "place": row.place or None,
        "reason": row.reason or None,
        "actor": row.actor,
        "at": row.at,
    }


def stamps_of(*, card: Live, member_id: Id) -> list[Json]:
    """The latest rows of a member's card, the newest first."""
    rows = Stamp.objects.filter(card_id=card.definition_id, member_id=member_id)
    return [show_stamp(row) for row in rows.order_by("-seq")[:STAMPS_SHOWN]]


def _grants(card_ids: Sequence[Id], member_id: Id) -> dict[tuple[Id, str], PrizeGrant]:
    rows = PrizeGrant.objects.filter(definition_id__in=card_ids, member_id=member_id)
    return {(row.definition_id, row.occasion): row for row in rows}


def _shown(
    live: Live, last: tuple[int, int] | None, grants: Mapping[tuple[Id, str], PrizeGrant]
) -> Json:
    card = Card.read(live.settings)
    # Nobody begins with an empty card that is endowed: the gift is shown before its row is there.
    total = last[1] if last else card.endowed
    number = card.number(total)
    return {
        "id": live.shown_id,
        "slug": live.slug,
        "name": live.name,
        "state": live.state,
        "total": total,
        "number": number,
        "size": card.size,
        "filled": card.filled(total),
        "positions": [
            {
                "at": position.at,
                "prize": dict(position.prize),
                "is_reached": card.filled(total) >= position.at,
                "state": _state(grants.get((live.definition_id, f"{number}:{position.at}"))),
            }
            for position in card.positions
        ],
        "given": sorted(
            (
                {"occasion": occasion, "state": grant.state, "reason": grant.reason or None}
                for (card_id, occasion), grant in grants.items()
                if card_id == live.definition_id
            ),
            key=lambda each: [int(part) for part in str(each["occasion"]).split(":")],
        ),
    }


def _state(grant: PrizeGrant | None) -> str | None:
    """What became of a position's prize; a prize that was used stays, and its position says so."""
    return grant.state if grant else None


def explain_card(*, program: Program, card: Live, member_id: Id, at: datetime) -> Json:
    """Why a card shows what it shows: the rows that led there, and what the card counts."""
    told = show_card(program=program, card=card, member_id=member_id)
    return {
        **told,
        **verdict(_reason(card, told)),
        "version": card.number,
        "as_of": at,
        "stamps_from": card.settings.get("stamps_from"),
        "stamps": stamps_of(card=card, member_id=member_id),
        "near_misses": _near_misses(program, card, member_id, at),
    }


def _reason(card: Live, told: Json) -> Reason:
    """Whether a position of the open card is reached; its positions say which."""
    if told["switched_off"]:
        return Reason.SWITCHED_OFF
    if not card.is_live:
        return Reason.PAUSED
    is_reached = any(each["is_reached"] for each in told["positions"])
    return Reason.REACHED if is_reached else Reason.NOT_YET


def _near_misses(program: Program, card: Live, member_id: Id, at: datetime) -> list[Json]:
    """What failed by one clause of what the card stamps by itself."""
    source = Source.read(card.settings)
    if source is None:
        return []
    condition = read_condition({"measure": source.measure}, program=program, zone=card.zone)
    who = Who(member_id=member_id)
    told = explain(
        program=program, condition=condition, zone=card.zone, who=who, targets=[1], at=at
    )
    return list(told["near_misses"])
