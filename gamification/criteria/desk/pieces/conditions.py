"""Conditions as pieces: lines that must all hold, or any of them; lines of one group count as one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.pieces.measures import EVERY_KIND, CountedPiece
from gamification.criteria.desk.pieces.piece import Piece
from loyalty.earning.desk.pieces.around import choice, yes
from loyalty.earning.desk.pieces.piece import Json
from loyalty.earning.desk.pieces.rows import Rows

_OTHER: Final[Mapping[str, str]] = {"all": "any", "any": "all"}
_GROUPS: Final = [("", "-"), *((str(n), str(n)) for n in range(1, 5))]


class LinePiece(CountedPiece):
    """One measure of a condition. Its group and its `not` stand around it."""

    is_not = yes(_("This must not be so"))
    group = choice(
        _("Group"),
        _GROUPS,
        help_text=_("Lines of one group are joined the other way round: any of them, or all of them."),
    )  # fmt: skip

    unsaid = frozenset({"is_not", "group"})
    layout = (
        ("", True, ("measure", "at_least")),
        (_("Joined with others"), False, ("is_not", "group")),
    )


@dataclass
class _Group:
    """Lines that stand together; alone without a number."""

    number: str
    lines: list[LinePiece] = field(default_factory=list)


class ConditionPiece(Piece):
    """A tree of two levels: all or any of lines and groups, where a group is the other of the two."""

    joined = choice(
        _("How the lines are joined"),
        [("all", _("all of the lines below")), ("any", _("any one of the lines below"))],
    )
    unsaid = frozenset({"joined"})

    def __init__(
        self,
        *,
        kinds: Sequence[str] = EVERY_KIND,
        has_window: bool = True,
        is_optional: bool = False,
        **how: Any,
    ) -> None:
        self.kinds, self.has_window, self.is_optional = kinds, has_window, is_optional
        super().__init__(**how)

    def build(self) -> None:
        how = self.inside("lines")
        how["told"] = lines_of(self.before)[1] if self.before else None
        self.lines = Rows(
            LinePiece,
            title=_("Line"),
            more=_("Another line"),
            kinds=self.kinds,
            has_window=self.has_window,
            **how,
        )
        self.inner["lines"] = self.lines

    def fields_of(self, told: Mapping[str, Any]) -> Json:
        return {"joined": lines_of(told)[0]} if told else {}

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if not self.lines.filled and not self.is_optional:
            self.add_error(None, _("Something must be measured: fill in a line."))
        return told

    def said(self) -> Any:
        groups = self._groups()
        if not groups:
            return None
        joined = self.cleaned_data["joined"]
        if not self._is_listed(groups):
            return self._said_group(groups[0], joined)
        return {joined: [self._said_group(each, joined) for each in groups]}

    def blame(self, steps: Sequence[str], message: str) -> None:
        """Find the line whose place in the tree begins with these steps, or the other way round."""
        wanted = tuple(steps)
        places = {tuple(place): line for place, line in self._places()}
        for length in range(len(wanted), -1, -1):
            line = places.get(wanted[:length])
            if line is not None:
                line.blame(wanted[length:], message)
                return
        below = (line for place, line in places.items() if place[: len(wanted)] == wanted)
        (next(below, None) or self).add_error(None, message)

    def _groups(self) -> list[_Group]:
        found: list[_Group] = []
        for line in self.lines.filled:
            assert isinstance(line, LinePiece)
            number = line.cleaned_data.get("group", "") if hasattr(line, "cleaned_data") else ""
            same = next((each for each in found if number and each.number == number), None)
            if same is None:
                same = _Group(number)
                found.append(same)
            same.lines.append(line)
        return found

    def _said_group(self, group: _Group, joined: str) -> Any:
        told = [_said_line(line) for line in group.lines]
        return told[0] if len(told) == 1 else {_OTHER[joined]: told}

    def _places(self) -> Iterable[tuple[list[str], LinePiece]]:
        """Every line with the steps that lead to it in what is said."""
        groups, joined = self._groups(), self.cleaned_data.get("joined") or "all"
        is_listed = bool(groups) and self._is_listed(groups)
        for place, group in enumerate(groups):
            outer = [joined, str(place)] if is_listed else []
            for number, line in enumerate(group.lines):
                inner = [_OTHER[joined], str(number)] if len(group.lines) > 1 else []
                negated = ["not"] if line.cleaned_data.get("is_not") else []
                yield [*outer, *inner, *negated], line

    def _is_listed(self, groups: Sequence[_Group]) -> bool:
        """Whether it is a list at all; one line that stood in a list goes on standing in one."""
        is_one = len(groups[0].lines) == 1
        return len(groups) > 1 or (is_one and bool(self.before.keys() & _OTHER.keys()))


def lines_of(told: Mapping[str, Any]) -> tuple[str, list[Json]]:
    """How lines are joined, and each with its group and its `not`; what is nested deeper is left out."""
    joined = next((word for word in _OTHER if word in told), None)
    if joined is None:
        return "all", [line] if (line := _line(told, "")) else []
    found: list[Json] = []
    groups = 0
    for each in told[joined]:
        inner = each.get(_OTHER[joined]) if isinstance(each, dict) else None
        groups += inner is not None
        number = "" if inner is None else str(groups)
        found += [line for leaf in (inner or [each]) if (line := _line(leaf, number))]
    return joined, found


def _line(told: Any, group: str) -> Json | None:
    is_not = isinstance(told, dict) and "not" in told
    leaf = told["not"] if is_not else told
    if not isinstance(leaf, dict) or "measure" not in leaf:
        return None
    return {**leaf, "is_not": is_not, "group": group}


def _said_line(line: LinePiece) -> Any:
    said = line.said()
    return {"not": said} if line.cleaned_data.get("is_not") else said
