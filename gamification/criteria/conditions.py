"""Conditions: trees of measures with targets, read from what was told (G-11, G-13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gamification.criteria.kinds import DEPTH_MAX, LEAVES_MAX
from gamification.criteria.measures.shapes import LEAF, STATE_LEAVES
from gamification.criteria.measures.specs import Spec, read_spec
from gamification.criteria.refusals import ConditionTooDeep, ConditionUnsupported
from loyalty.foundation.refusals import Malformed, Problem
from loyalty.foundation.shapes import Shape, below
from loyalty.programs.tenants import Program

_LEAF = Shape(LEAF)
_LISTS = ("all", "any")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A measure with a target. The one without is marked: what is defined brings the targets itself."""

    spec: Spec
    at_least: int | None


@dataclass(frozen=True, slots=True)
class Node:
    """`all`, `any` or `not` of others; leaves are told by their place among all leaves."""

    what: str
    parts: tuple["Node | int", ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A whole tree. `marked` is the place of the leaf without a target, if there is one."""

    root: Node | int
    leaves: tuple[Leaf, ...]

    @property
    def marked(self) -> int | None:
        return next(
            (place for place, leaf in enumerate(self.leaves) if leaf.at_least is None), None
        )

    @property
    def specs(self) -> list[Spec]:
        return [leaf.spec for leaf in self.leaves]

    def opened(self, at: datetime) -> "Condition":
        """The same, counting from this instant where a measure counts since its definition opened."""
        leaves = tuple(Leaf(leaf.spec.opened(at), leaf.at_least) for leaf in self.leaves)
        return Condition(root=self.root, leaves=leaves)


def read_condition(
    told: Mapping[str, Any], *, program: Program, pointer: str = "", zone: str = ""
) -> Condition:
    """The condition in this JSON. Raises ConditionTooDeep, ConditionUnsupported, MeasureUnknown, Malformed."""
    leaves: list[Leaf] = []
    root = _read(told, leaves, program=program, pointer=pointer, zone=zone, depth=1)
    if sum(1 for leaf in leaves if leaf.at_least is None) > 1:
        what = _("only one measure may be left without a target")
        raise ConditionUnsupported(what=what, pointer=pointer)
    return Condition(root=root, leaves=tuple(leaves))


def _read(
    told: Mapping[str, Any],
    leaves: list[Leaf],
    *,
    program: Program,
    pointer: str,
    zone: str,
    depth: int,
) -> Node | int:
    if depth > DEPTH_MAX or len(leaves) >= LEAVES_MAX:
        raise ConditionTooDeep(depth=DEPTH_MAX, leaves=LEAVES_MAX, pointer=pointer)
    named = [name for name in (*_LISTS, "not") if name in told]
    if not named:
        _LEAF.demand(dict(told), pointer=pointer)
        at = below(pointer, "measure")
        spec = read_spec(told["measure"], program=program, pointer=at, zone=zone)
        # What is true or not needs no target; what can grow may be left to whoever defines targets.
        least = 1 if spec.kind in STATE_LEAVES else None
        leaves.append(Leaf(spec=spec, at_least=told.get("at_least", least)))
        return len(leaves) - 1
    if len(told) != 1:
        raise _malformed(pointer)
    inner = _inner(told, named[0], pointer=below(pointer, named[0]))
    first = len(leaves)
    parts = tuple(
        _read(each, leaves, program=program, pointer=where, zone=zone, depth=depth + 1)
        for where, each in inner
    )
    if named[0] == "not" and not all(leaf.spec.is_state for leaf in leaves[first:]):
        what = _("`not` over what has happened; it stands over what is true now")
        raise ConditionUnsupported(what=what, pointer=pointer)
    return Node(named[0], parts)


def _inner(
    told: Mapping[str, Any], name: str, *, pointer: str
) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """What stands inside, each with its place."""
    inside = told[name]
    listed = [inside] if name == "not" else inside
    is_list = isinstance(listed, list) and bool(listed)
    if not is_list or not all(isinstance(each, dict) for each in listed):
        raise _malformed(pointer)
    if name == "not":
        return [(pointer, inside)]
    return [(below(pointer, place), each) for place, each in enumerate(listed)]


def _malformed(pointer: str) -> Malformed:
    message = _("This does not have the expected form.")
    return Malformed(problems=[Problem(pointer=pointer, code="invalid", message=message)])
