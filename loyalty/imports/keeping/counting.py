"""Counting: what rows came to, added up: how many, and points by currency and the month in which they end (E-86)."""

from collections.abc import Iterable, Mapping
from typing import Any

from loyalty.imports.kinds import RowStatus, Verdict

Counts = dict[str, Any]


def count_in(counts: Mapping[str, Any], verdicts: Iterable[Verdict]) -> Counts:
    """These counts with these verdicts added: `{new, already_there, refused, points: {currency: {month: n}}}`.

    Of gift cards also `money: {currency: n}`.
    """
    told: Counts = {
        "new": counts.get("new", 0),
        "already_there": counts.get("already_there", 0),
        "refused": counts.get("refused", 0),
        "points": {slug: dict(months) for slug, months in counts.get("points", {}).items()},
    }
    if "money" in counts:
        told["money"] = dict(counts["money"])
    for verdict in verdicts:
        told[verdict.status] += 1
        if verdict.is_new and verdict.money:
            money = told.setdefault("money", {})
            money[verdict.currency] = money.get(verdict.currency, 0) + verdict.money
        if verdict.is_new and verdict.points:
            for currency, points, month in [
                (verdict.currency, verdict.points, verdict.month),
                *verdict.more,
            ]:
                months = told["points"].setdefault(currency, {})
                months[month] = months.get(month, 0) + points
    return told


def count_undone(counts: Mapping[str, Any], verdicts: Iterable[Verdict]) -> Counts:
    """What was taken back, and what had been spent: `{undone, kept, points: {currency: n}, spent: {currency: n}}`."""
    told: Counts = {
        "undone": counts.get("undone", 0),
        "kept": counts.get("kept", 0),
        "points": dict(counts.get("points", {})),
        "spent": dict(counts.get("spent", {})),
    }
    for verdict in verdicts:
        told["kept" if verdict.status == RowStatus.KEPT else "undone"] += 1
        own = [(verdict.currency, verdict.points, "")] if verdict.currency else []
        for currency, points, _month in [*own, *verdict.more]:
            if points:
                told["points"][currency] = told["points"].get(currency, 0) + points
        if verdict.spent:
            spent = told["spent"]
            spent[verdict.currency] = spent.get(verdict.currency, 0) + verdict.spent
    return told


def points_in(counts: Mapping[str, Any]) -> int:
    """All points that these counts tell of, whatever their currency."""
    return sum(sum(months.values()) for months in counts.get("points", {}).values())


def money_in(counts: Mapping[str, Any]) -> dict[str, int]:
    """What these counts tell of as money on gift cards, in minor units by currency."""
    return dict(counts.get("money", {}))
