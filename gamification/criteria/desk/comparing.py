"""Comparing: what differs between two wordings of a definition, and who would gain or not have gained (G-30)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gamification.criteria.life.publishing import OF_DEFINITION
from gamification.criteria.models import Definition
from loyalty.programs.definition.differences import differences_between


def changes_shown(row: Definition | None, definition: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:  # fmt: skip
    """What differs from the version in force; nothing while none is."""
    if row is None or not row.live_number:
        return []
    live = row.versions.get(number=row.live_number)
    after = {name: value for name, value in definition.items() if name not in OF_DEFINITION}
    return differences_shown(live.settings, after)


def differences_shown(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:  # fmt: skip
    """Every difference with its place, before and after."""
    return [
        {"where": each.pointer, "before": _short(each.before), "after": _short(each.after)}
        for each in differences_between(before, after)
    ]


def _short(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
