"""Deciding: when the net history of members first met a condition (G-12). A few statements for any number of members."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, TypeAlias

from gamification.criteria.conditions import Condition, Node
from gamification.criteria.measures.counting import Crossing, Who, crossings
from gamification.criteria.measures.states import measure_called
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program

# Whether it holds, and since when; `not` holds without an instant (G-13).
Verdict: TypeAlias = tuple[bool, datetime | None]
_NO: Verdict = (False, None)
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Who met a condition at which target of its marked leaf; with `every`, at all multiples of the one target.

    `trusts_states`: how members stand is not asked again, as it was when somebody decided.
    """

    condition: Condition
    zone: str
    who: Sequence[Who]
    targets: Collection[int]
    every: bool = False
    trusts_states: bool = False


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
    """Who met the condition at which target, and when; by member, key and target.

    `key` is the asker's, or the period of a calendar window of the marked leaf. Without a marked leaf the target is 1.
    """
    ask = Ask(condition=condition, zone=zone, who=who, targets=targets, every=every)
    return decide_all(program=program, asks=[ask], at=at)[0]


def decide_all(*, program: Program, asks: Sequence[Ask], at: datetime) -> list[list[Crossing]]:
    """What was met, ask by ask. One statement for each distinct measure, however many ask for it."""
    answers = Answers(program, asks, at=at)
    return [_decided(ask, answers) for ask in asks]


def _decided(ask: Ask, answers: "Answers") -> list[Crossing]:
    condition, marked = ask.condition, ask.condition.marked
    found = [answers.of(ask, place) for place in range(len(condition.leaves))]
    if marked is None:
        return _without_marked(ask, found)
    rest = [_earliest(each) for each in found]
    return [
        replace(each, at=when)
        for each in found[marked]
        if (when := _met(ask, rest, each, marked)) is not None
    ]


def holding(
    *, program: Program, condition: Condition, zone: str, member_ids: Collection[Id], at: datetime
) -> set[Id]:
    """Whom the condition holds for now, with an instant or without; one statement for each measure."""
    asked = [(condition, zone)]
    return holding_each(program=program, asked=asked, member_ids=member_ids, at=at)[0]


def holding_each(
    *,
    program: Program,
    asked: Sequence[tuple[Condition, str]],
    member_ids: Collection[Id],
    at: datetime,
) -> list[set[Id]]:
    """The same for conditions with their zones; one statement for each distinct measure among them."""
    who = [Who(member_id=each) for each in sorted(member_ids)]
    asks = [Ask(condition=told, zone=zone, who=who, targets=[1]) for told, zone in asked]
    answers = Answers(program, asks, at=at)
    return [_held(ask, answers, member_ids) for ask in asks]


def _held(ask: Ask, answers: "Answers", member_ids: Collection[Id]) -> set[Id]:
    since = [
        {each.member_id: each.at for each in answers.of(ask, place)}
        for place in range(len(ask.condition.leaves))
    ]

    def holds(member_id: Id) -> bool:
        return _weigh(
            ask.condition.root,
            lambda place: (member_id in since[place], since[place].get(member_id)),
        )[0]

    return {each for each in member_ids if holds(each)}


class Answers:
    """What measures answer, each asked once for everybody who wants to know."""

    def __init__(self, program: Program, asks: Sequence[Ask], *, at: datetime) -> None:
        self._program, self._at = program, at
        self._who: dict[Hashable, dict[Who, None]] = {}
        self._targets: dict[Hashable, set[int]] = {}
        self._found: dict[Hashable, list[Crossing]] = {}
        for ask in asks:
            for place in range(len(ask.condition.leaves)):
                slot = self._slot(ask, place)
                self._who.setdefault(slot, {}).update(dict.fromkeys(ask.who))
                self._targets.setdefault(slot, set()).update(_targets_of(ask, place))

    def of(self, ask: Ask, place: int) -> list[Crossing]:
        """The crossings of this leaf that this ask is about."""
        spec, slot = ask.condition.leaves[place].spec, self._slot(ask, place)
        if spec.is_state and ask.trusts_states:
            return [Crossing(member_id=each.member_id, key=each.key, target=1, at=_LONG_AGO, value=1) for each in ask.who]  # fmt: skip
        if slot not in self._found:
            self._found[slot] = self._asked(ask, place, slot)
        members = {each.member_id for each in ask.who}
        targets = set(_targets_of(ask, place))
        is_every = _is_every(ask, place)
        return [
            each
            for each in self._found[slot]
            if each.member_id in members and (is_every or each.target in targets)
        ]

    def _asked(self, ask: Ask, place: int, slot: Hashable) -> list[Crossing]:
        spec, who, targets = ask.condition.leaves[place].spec, list(self._who[slot]), self._targets[slot]  # fmt: skip
        if spec.is_over_deeds:
            every = _is_every(ask, place)
            return crossings(spec=spec, zone=ask.zone, who=who, targets=targets, every=every)
        measure = measure_called(spec.kind)
        if measure is None:
            return []
        found = measure.read(
            program=self._program,
            spec=spec,
            zone=ask.zone,
            member_ids={each.member_id for each in who},
            targets=sorted(targets),
            at=self._at,
        )
        keys: dict[Id, list[str]] = {}
        for each in who:
            keys.setdefault(each.member_id, []).append(each.key)
        return [replace(each, key=key) for each in found for key in keys[each.member_id]]

    @staticmethod
    def _slot(ask: Ask, place: int) -> Hashable:
        """Whose question is the same: the measure, and no windows or keys of the asker's own."""
        spec = ask.condition.leaves[place].spec
        is_own = any(each.since or each.until or each.key for each in ask.who)
        every = tuple(ask.targets) if _is_every(ask, place) else ()
        return spec.digest, ask.zone, every, id(ask) if is_own else 0


def _is_every(ask: Ask, place: int) -> bool:
    return ask.every and place == ask.condition.marked


def _targets_of(ask: Ask, place: int) -> Collection[int]:
    if place == ask.condition.marked:
        return ask.targets
    return [ask.condition.leaves[place].at_least or 1]


def _earliest(found: Sequence[Crossing]) -> Mapping[tuple[Id, str], datetime]:
    """When it was first reached, by member and key; a calendar window answers for the member in whichever period."""
    earliest: dict[tuple[Id, str], datetime] = {}
    for each in found:
        for key in {each.key, ""}:
            slot = (each.member_id, key)
            earliest[slot] = min(each.at, earliest.get(slot, each.at))
    return earliest


def _met(
    ask: Ask,
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
        return when is not None, None if when == _LONG_AGO else when

    holds, when = _weigh(ask.condition.root, look)
    return (when or crossing.at) if holds else None


def _without_marked(ask: Ask, answers: Sequence[Sequence[Crossing]]) -> list[Crossing]:
    rest = [_earliest(found) for found in answers]
    met = []
    for each in ask.who:
        slots = [(each.member_id, each.key), (each.member_id, "")]

        def look(place: int, slots: Sequence[tuple[Id, str]] = slots) -> Verdict:
            when = next((rest[place][slot] for slot in slots if slot in rest[place]), None)
            return when is not None, None if when == _LONG_AGO else when

        holds, when = _weigh(ask.condition.root, look)
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
