"""Explaining: why, why not, and what nearly counted (G-102, G-103)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gamification.criteria.conditions import Condition, Node
from gamification.criteria.deciding import Ask, decide_all
from gamification.criteria.kinds import TO_MEMBER, Reason
from gamification.criteria.measures.counting import Crossing, Who, crossings, values_of
from gamification.criteria.measures.narrowing import Sql, clauses
from gamification.criteria.measures.specs import Spec
from gamification.criteria.measures.states import measure_called
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import shown
from loyalty.programs.tenants import Program

Json = dict[str, Any]
LOOKED_AT: Final = 200  # the latest deeds of a kind among which near misses are sought
NEAR_MISSES: Final = 5

_NEAR: Final = """
    SELECT d.id, d.occurred_at, ARRAY[{checks}]::boolean[]
    FROM gamification_deed d WHERE d.member_id = %s AND d.kind = %s
    ORDER BY d.occurred_at DESC, d.id DESC LIMIT {limit}
"""


def explain(
    *,
    program: Program,
    condition: Condition,
    zone: str,
    who: Who,
    targets: Collection[int],
    at: datetime,
    every: bool = False,
) -> Json:
    """The whole tree with value, target and instant per leaf, what was reached, and up to five near misses."""
    ask = Ask(condition=condition, zone=zone, who=[who], targets=targets, every=every)
    (found,) = decide_all(program=program, asks=[ask], at=at)
    leaves = [
        _leaf(program, place, condition, zone=zone, who=who, targets=targets, at=at)
        for place in range(len(condition.leaves))
    ]
    return {
        "as_of": at,
        "reached": [_crossing(each) for each in found],
        "tree": _tree(condition.root, leaves),
        "near_misses": near_misses(condition.specs, zone=zone, who=who),
    }


def verdict(reason: Reason) -> Json:
    """A reason with its sentences, for staff and for the member."""
    return {
        "reason": reason.value,
        "sentence": str(reason.label),
        "to_member": str(TO_MEMBER[reason]),
    }


def _leaf(
    program: Program,
    place: int,
    condition: Condition,
    *,
    zone: str,
    who: Who,
    targets: Collection[int],
    at: datetime,
) -> Json:
    leaf = condition.leaves[place]
    wanted = sorted(targets) if leaf.at_least is None else [leaf.at_least]
    if leaf.spec.is_over_deeds:
        values = values_of(spec=leaf.spec, zone=zone, who=[who])
        value = values[max(values)] if values else 0
        met = crossings(spec=leaf.spec, zone=zone, who=[who], targets=wanted)
    else:
        met = _states(program, leaf.spec, zone=zone, who=who, targets=wanted, at=at)
        value = max((each.value for each in met), default=0)
    first = {each.target: each.at for each in sorted(met, key=lambda e: e.at, reverse=True)}
    target = next((each for each in wanted if each not in first), wanted[-1])
    return {
        "measure": dict(leaf.spec.told),
        "value": value,
        "target": target,
        "reached": target in first,
        "at": first.get(target),
    }


def _states(
    program: Program,
    spec: Spec,
    *,
    zone: str,
    who: Who,
    targets: Sequence[int],
    at: datetime,
) -> list[Crossing]:
    measure = measure_called(spec.kind)
    if measure is None:
        return []
    return measure.read(
        program=program, spec=spec, zone=zone, member_ids=[who.member_id], targets=targets, at=at
    )


def _tree(node: Node | int, leaves: Sequence[Json]) -> Json:
    if isinstance(node, int):
        return leaves[node]
    parts = [_tree(part, leaves) for part in node.parts]
    return {node.what: parts[0] if node.what == "not" else parts}


def _crossing(each: Crossing) -> Json:
    return {
        "occasion": each.key,
        "target": each.target,
        "value": each.value,
        "at": each.at,
        "deed": shown("ded", each.deed_id) if each.deed_id else None,
    }


def near_misses(specs: Sequence[Spec], *, zone: str, who: Who) -> list[Json]:
    """Up to five of the latest deeds that failed exactly one clause, with the clause."""
    missed: dict[Any, tuple[datetime, str]] = {}
    for spec in specs:
        if spec.is_over_deeds:
            missed |= _missed(spec, zone=zone, who=who)
    latest = sorted(missed.items(), key=lambda pair: (pair[1][0], pair[0]), reverse=True)
    return [
        {"deed": shown("ded", deed_id), "at": at, **verdict(Reason(reason))}
        for deed_id, (at, reason) in latest[:NEAR_MISSES]
    ]


def _missed(spec: Spec, *, zone: str, who: Who) -> Mapping[Any, tuple[datetime, str]]:
    checks = [("returned", Sql("d.void_at IS NULL")), *clauses(spec, zone=zone)]
    for reason, text, told in (
        (Reason.OTHER_CURRENCY, "d.currency_id = %s", spec.currency_id),
        (Reason.BEFORE_START, "d.occurred_at >= %s", spec.since),
        (Reason.AFTER_CLOSING, "d.occurred_at < %s", spec.until),
        (Reason.BEFORE_START, "d.occurred_at >= %s", who.since),
        (Reason.OUTSIDE_WINDOW, "d.occurred_at < %s", who.until),
    ):
        if told is not None:
            checks.append((reason, Sql(text, (told,))))
    text = _NEAR.format(checks=", ".join(check.text for _why, check in checks), limit=LOOKED_AT)
    values = [value for _why, check in checks for value in check.values]
    found = {}
    for deed_id, at, passed in run(text, [*values, who.member_id, spec.of]):
        failed = [why for (why, _check), ok in zip(checks, passed, strict=True) if not ok]
        if len(failed) == 1:
            found[deed_id] = (at, str(failed[0]))
    return found
