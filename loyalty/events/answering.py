"""Answering: what a storefront hears about an event, now and each time it asks again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from loyalty.earning.explaining import Teller
from loyalty.earning.kinds import Rewarded
from loyalty.events.intake.items import Item
from loyalty.events.kinds import ORDER_PAID, EventStatus
from loyalty.events.models import Event
from loyalty.foundation.ids import Id, shown
from loyalty.ledger.rows.states import Book
from loyalty.members.models import Member
from loyalty.programs.models import Program


class Balances:
    """The balances of everybody in one unit, moved along from event to event."""

    def __init__(self, book: Book, currencies: Mapping[Id, str]) -> None:
        self.book, self.currencies = book, dict(currencies)
        self._parts: dict[Id, dict[str, dict[str, int]]] = {}
        self.read_again({state.member_id for state in book.values() if state.member_id})

    def read_again(self, member_ids: Collection[Id]) -> None:
        """Take what the accounts of these members say now."""
        for state in self.book.values():
            slug = self.currencies.get(state.currency_id) if state.currency_id else None
            if state.member_id is None or state.member_id not in member_ids or slug is None:
                continue
            self._parts.setdefault(state.member_id, {})[slug] = {
                "available": state.available,
                "pending": state.pending,
                "held": state.held,
                "negative": state.negative,
            }

    def after(
        self,
        member_id: Id,
        *,
        points: Sequence[Mapping[str, Any]] = (),
        opened: Sequence[tuple[str, int]] = (),
    ) -> dict[str, dict[str, int]]:
        """The member's balances once these earnings are in, and earlier ones opened: what is owed is filled first (L-13)."""
        mine = self._parts.setdefault(member_id, {})
        for earned in points:
            parts = mine[earned["currency"]]
            filled = min(parts["negative"], earned["points"])
            parts["negative"] -= filled
            parts["pending" if earned["status"] == "pending" else "available"] += (
                earned["points"] - filled
            )
        for slug, opening in opened:
            parts = mine[slug]
            parts["pending"] -= opening
            filled = min(parts["negative"], opening)
            parts["negative"] -= filled
            parts["available"] += opening - filled
        return {slug: dict(parts) for slug, parts in sorted(mine.items())}


def answer_of(item: Item, *, rewarded: Rewarded, balances: Balances) -> dict[str, Any]:
    """The answer that goes out and is kept: codes and numbers, nothing that a language could change."""
    results: dict[str, Any] = {
        "points": _explained(rewarded),
        "tier": {"before": rewarded.tier_before, "after": rewarded.tier_after},
        "balances": balances.after(item.member_id, points=rewarded.points, opened=rewarded.opened),
    }
    if rewarded.why_nothing:
        results["why_nothing"] = rewarded.why_nothing
    named = item.told.data.get("quote") if item.told.type == ORDER_PAID else None
    if named:
        results["quote"] = _named_quote(named, rewarded.explanation)
    return _answer(item, EventStatus.RECORDED, results)


def answer_of_waiting(item: Item, *, balances: Balances) -> dict[str, Any]:
    """The answer to what was told before its order: kept, and applied when the order comes (E-67)."""
    results = {
        "points": [],
        "tier": {"before": None, "after": None},
        "balances": balances.after(item.member_id),
        "why_nothing": "waits_for_order",
    }
    return _answer(item, EventStatus.WAITING, results)


def answer_to_return(
    item: Item,
    *,
    allocation: dict[str, Any],
    tiers: tuple[str | None, str | None],
    balances: Balances,
) -> dict[str, Any]:
    """The answer to a return: the allocation, and what the member has now (E-65)."""
    before, after = tiers
    results = {
        "points": [],
        "tier": {"before": before, "after": after},
        "balances": balances.after(item.member_id),
        "allocation": allocation,
    }
    return _answer(item, EventStatus.RECORDED, results)


def _named_quote(named: str, explanation: Mapping[str, Any]) -> dict[str, Any]:
    """What became of the quote that the order names: used, or why not; and what of it limits took since (E-75)."""
    steps = explanation.get("steps", ())
    missed = [step["why"] for step in steps if step["code"] == "quote_not_used"]
    return {
        "id": named,
        "used": not missed,
        "why_not": missed[0] if missed else None,
        "lowered": [
            {"rule": step["rule"], "quoted": step["quoted"], "points": int(step["after"])}
            for step in steps
            if step["code"] == "quote_lowered"
        ],
    }


def _answer(item: Item, status: EventStatus, results: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": shown(Event.prefix, item.event_id),
        "type": item.told.type,
        "member": shown(Member.prefix, item.member_id),
        "occurred_at": told_time(item.at),
        "status": status.value,
        "results": results,
    }


def _explained(rewarded: Rewarded) -> list[dict[str, Any]]:
    """Each earning with the explanation of its rule: codes and numbers."""
    reasons = {entry["rule"]: entry for entry in rewarded.explanation["rules"]}
    return [{**earned, "explanation": reasons[earned["rule"]]} for earned in rewarded.points]


def in_sentences(answers: Sequence[Mapping[str, Any]], *, program: Program) -> list[dict[str, Any]]:
    """These answers with a sentence for each step, in the reader's language; few queries for any number."""
    earned = [points for answer in answers for points in answer["results"]["points"]]
    if not earned:
        return [dict(answer) for answer in answers]
    teller = Teller(program, [points["explanation"] for points in earned])
    return [_told_by(teller, answer) for answer in answers]


def _told_by(teller: Teller, answer: Mapping[str, Any]) -> dict[str, Any]:
    results = answer["results"]
    tier = results["tier"]["before"] or ""
    points = [
        {**earned, "explanation": teller.entry(earned["explanation"], tier=tier)}
        for earned in results["points"]
    ]
    return {**answer, "results": {**results, "points": points}}


def told_time(at: datetime) -> str:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
