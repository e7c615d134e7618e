"""Deciding: when the net history of members first met a condition (G-12). A few statements for any number of members."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from gamification.criteria.conditions import Condition, Node
from gamification.criteria.measures.counting import Crossing, Who, crossings
from gamification.criteria.measures.specs import Spec
from gamification.criteria.measures.states import measure_called
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program

# Whether it holds, and since when; `not` holds without an instant (G-13).
Verdict: TypeAlias = tuple[bool, datetime | None]
_NO: Verdict = (False, None)


def decide(
    *,
    program: Program,
    condition: Condition,
    zone: str,
    who: Sequence[Who],
    targets: Collection[int],
    at: datetime,
    every: bool = False,
) -> list[Crossing]:
    """Who met the condition at which target of its marked leaf, and when; by member, key and target.

    `key` is the asker's, or the period of a calendar window of the marked leaf; with `every` the targets are all
    multiples of the one told. Without a marked leaf the target is 1. One statement for each measure over deeds.
    """
    if not who:
        return []
    marked = condition.marked
    answers = [
        _answers(
            program,
            leaf.spec,
            zone=zone,
            who=who,
            targets=targets if place == marked else [leaf.at_least or 1],
            at=at,
            every=every and place == marked,
        )
        for place, leaf in enumerate(condition.leaves)
    ]
    if marked is None:
        return _without_marked(condition, answers, who)
    rest = [_earliest(found) for found in answers]
    return [
        replace(each, at=when)
        for each in answers[marked]
        if (when := _met(condition, rest, each, marked)) is not None
    ]


def _answers(
    program: Program,
    spec: Spec,
    *,
    zone: str,
    who: Sequence[Who],
    targets: Collection[int],
    at: datetime,
    every: bool,
) -> list[Crossing]:
    if spec.is_over_deeds:
        return crossings(spec=spec, zone=zone, who=who, targets=targets, every=every)
    measure = measure_called(spec.kind)
    if measure is None:
        return []
    found = measure.read(
        program=program,
        spec=spec,
        zone=zone,
        member_ids={each.member_id for each in who},
        targets=sorted(targets),
        at=at,
    )
    keys: dict[Id, list[str]] = {}
    for each in who:
        keys.setdefault(each.member_id, []).append(each.key)
    return [replace(each, key=key) for each in found for key in keys[each.member_id]]


def _earliest(found: Sequence[Crossing]) -> Mapping[tuple[Id, str], datetime]:
    """When it was first reached, by member and key; a calendar window answers for the member in whichever period."""
    earliest: dict[tuple[Id, str], datetime] = {}
    for each in found:
        for key in {each.key, ""}:
            slot = (each.member_id, key)
            earliest[slot] = min(each.at, earliest.get(slot, each.at))
    return earliest


def _met(
    condition: Condition,
    rest: Sequence[Mapping[tuple[Id, str], datetime]],
    crossing: Crossing,
    marked: int,
) -> datetime | None:
    """When the whole tree was met, with this crossing of the marked leaf."""
    slots = [(crossing.member_id, crossing.key), (crossing.member_id, "")]

    def look(place: int) -> Verdict:
        if place == marked:
            return True, crossing.at
        when = next((rest[place][slot] for slot in slots if slot in rest[place]), None)
        return when is not None, when

    holds, when = _weigh(condition.root, look)
    return (when or crossing.at) if holds else None


def _without_marked(
    condition: Condition, answers: Sequence[Sequence[Crossing]], who: Sequence[Who]
) -> list[Crossing]:
    rest = [_earliest(found) for found in answers]
    met = []
    for each in who:
        slots = [(each.member_id, each.key), (each.member_id, "")]

        def look(place: int, slots: Sequence[tuple[Id, str]] = slots) -> Verdict:
            when = next((rest[place][slot] for slot in slots if slot in rest[place]), None)
            return when is not None, when

        holds, when = _weigh(condition.root, look)
        if holds and when is not None:
            met.append(Crossing(member_id=each.member_id, key=each.key, target=1, at=when, value=1))
    return met


def _weigh(node: Node | int, look: Callable[[int], Verdict]) -> Verdict:
    """`all` takes the latest instant of its parts, `any` the earliest, `not` none."""
    if isinstance(node, int):
        return look(node)
    parts = [_weigh(part, look) for part in node.parts]
    if node.what == "not":
        return (not parts[0][0], None)
    instants = [when for holds, when in parts if holds and when is not None]
    if node.what == "all":
        holds = all(part[0] for part in parts)
        return (True, max(instants, default=None)) if holds else _NO
    if any(part[0] for part in parts):
        return True, min(instants, default=None)
    return _NO
