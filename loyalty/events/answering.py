"""Answering: what a storefront hears about an event, now and each time it asks again."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from loyalty.earning.explaining import Teller
from loyalty.earning.kinds import Rewarded
from loyalty.events.models import Event
from loyalty.events.sorting import Item
from loyalty.foundation.ids import Id, shown
from loyalty.ledger.rows.states import Book
from loyalty.members.models import Member
from loyalty.programs.models import Program


class Balances:
    """The balances of everybody in one unit, moved along from event to event."""

    def __init__(self, book: Book, currencies: Mapping[Id, str]) -> None:
        self.book = book
        self._parts: dict[Id, dict[str, dict[str, int]]] = {}
        for state in book.values():
            slug = currencies.get(state.currency_id) if state.currency_id else None
            if state.member_id is None or slug is None:
                continue
            self._parts.setdefault(state.member_id, {})[slug] = {
                "available": state.available,
                "pending": state.pending,
                "held": state.held,
                "negative": state.negative,
            }

    def after(self, member_id: Id, *, points: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
        """The member's balances once these earnings are in: what is owed is filled first (L-13)."""
        mine = self._parts.setdefault(member_id, {})
        for earned in points:
            parts = mine[earned["currency"]]
            filled = min(parts["negative"], earned["points"])
            parts["negative"] -= filled
            parts["pending" if earned["status"] == "pending" else "available"] += (
                earned["points"] - filled
            )
        return {slug: dict(parts) for slug, parts in sorted(mine.items())}


def answer_of(item: Item, *, rewarded: Rewarded, balances: Balances) -> dict[str, Any]:
    """The answer that goes out and is kept: codes and numbers, nothing that a language could change."""
    answer: dict[str, Any] = {
        "id": shown(Event.prefix, item.event_id),
        "type": item.told.type,
        "member": shown(Member.prefix, item.member_id),
        "occurred_at": told_time(item.at),
        "status": "recorded",
        "results": {
            "points": _explained(rewarded),
            "tier": {"before": rewarded.tier_before, "after": rewarded.tier_after},
            "balances": balances.after(item.member_id, points=rewarded.points),
        },
    }
    if rewarded.why_nothing:
        answer["results"]["why_nothing"] = rewarded.why_nothing
    return answer


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
