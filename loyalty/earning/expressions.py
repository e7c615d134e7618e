"""Expressions of rules (E-22): the one evaluator, the Common Expression Language by its own C++ core.

An expression is checked by its words before it is parsed, by its types when saved, and may step 10,000 times when it
runs. It knows no clock, no input or output, no regular expressions, and iterates over `order.lines` only, so there is
nothing in it that could grow. Its parser gives up at 32 levels by itself. Faults come back as values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cel_expr_python import cel
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind

CHARACTERS_MAX: Final = 1_000  # what a person can still read; E-22

_MONEY = ("order.basis", "order.goods", "order.total", "order.number", "order.quantity")
_VARIABLES: Final = {
    "event.type": cel.Type.STRING,
    "event.channel": cel.Type.STRING,
    "event.store": cel.Type.STRING,
    "event.data": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    **dict.fromkeys(_MONEY, cel.Type.INT),
    "order.currency": cel.Type.STRING,
    "order.lines": cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN)),
    "member.tier": cel.Type.STRING,
    "member.tier_rank": cel.Type.INT,
    "member.segments": cel.Type.List(cel.Type.STRING),
    "member.days_since_joined": cel.Type.INT,
    "member.is_birthday": cel.Type.BOOL,
    "member.days_to_birthday": cel.Type.INT,
    "member.done": cel.Type.List(cel.Type.STRING),
    "member.attributes": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    "time.date": cel.Type.TIMESTAMP,
    "time.weekday": cel.Type.STRING,
    "time.hour": cel.Type.INT,
    "time.minute": cel.Type.INT,
}
VOCABULARY: Final = tuple(_VARIABLES)
LINE_FIELDS: Final = ("line_id", "sku", "quantity", "amount", "basis", "categories")

_OVER_LINES: Final = frozenset({"all", "exists", "exists_one", "filter", "map"})
_FUNCTIONS: Final = frozenset(
    {"has", "size", "contains", "startsWith", "endsWith", "int", "string", "timestamp"}
    | {"getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfYear"}
)
_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)|(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>[0-9][0-9A-Za-z]*)|(?P<sign>/(?!/)|[-+*%!<>=&|?:.,()\[\]])"""
)
_PLACE: Final = re.compile(r"<input>:(\d+):(\d+): ([^\n]*)")
_ABSENT: Final = re.compile(r'Key not found in map : "([^"]*)"|No value with name "([^"]*)"')

_environment = cel.NewEnv(variables=_VARIABLES)


class ExpressionInvalid(DomainError):
    """An expression that cannot be read, or that is not a question with yes or no (E-22)."""

    code = "expression_invalid"
    kind = Kind.MALFORMED
    title = _("The expression is not understood")
    detail = _("At character {position}: {reason}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an expression said. `fault` is "", `field_missing` (with the field) or `condition_failed`."""

    holds: bool
    fault: str = ""
    field: str = ""


_YES: Final = Answer(True)
_NO: Final = Answer(False)


class Expression:
    """One compiled question about an event; safe to ask from any thread, any number of times."""

    __slots__ = ("_compiled", "text")

    def __init__(self, text: str, *, characters_max: int = CHARACTERS_MAX) -> None:
        """Read, check words and types. Refusal: ExpressionInvalid, with the position."""
        _check_words(text, characters_max=characters_max)
        try:
            compiled = _environment.compile(text)
        except RuntimeError as error:
            raise _refusal(str(error)) from None
        if compiled.return_type() != cel.Type.BOOL:
            raise ExpressionInvalid(position=1, reason=_("it must answer yes or no"))
        self.text = text
        self._compiled = compiled

    def ask(self, seen: "Seen") -> Answer:
        """The answer for what is seen; a missing field makes it no and is named, a fault makes it no."""
        try:
            result = self._compiled.eval(seen.activation)
        except RuntimeError:  # its step budget is used up
            return Answer(False, "condition_failed")
        value = result.value()
        if value is True:
            return _YES
        if value is False:
            return _NO
        absent = _ABSENT.search(str(value))
        if absent is None:
            return Answer(False, "condition_failed")
        return Answer(False, "field_missing", absent[1] or absent[2])


class Seen:
    """What expressions see of one event; made once per event and shared by all its rules."""

    __slots__ = ("activation",)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.activation = _environment.Activation(facts)


def _check_words(text: str, *, characters_max: int) -> None:
    """Refuse what is too long or outside the language, before the parser sees it."""
    if not text.strip():
        raise ExpressionInvalid(position=1, reason=_("it is empty"))
    if len(text) > characters_max:
        raise ExpressionInvalid(position=characters_max + 1, reason=_("it is too long"))
    words: list[str] = []
    position, before = 0, 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None or not (token["space"] or token[0].isprintable()):
            raise ExpressionInvalid(position=position + 1, reason=_("unexpected character"))
        if token["string"] and words and _cannot_precede_text(words[-1]):
            raise ExpressionInvalid(position=position + 1, reason=_("unexpected text"))
        if not token["space"]:
            words.append(token[0])
            _check_call(words, position=before + 1)
            before = position
        position = token.end()


def _cannot_precede_text(word: str) -> bool:
    """A prefix makes raw text or bytes of it, and a second text makes a long one: neither is needed here."""
    return word[0] in "'\"" or (word.isidentifier() and word != "in")


def _check_call(words: list[str], *, position: int) -> None:
    """A call must be one of ours, and iterate over the order's lines if it iterates."""
    if words[-1] != "(" or len(words) < 2 or not words[-2].isidentifier():
        return
    name = words[-2]
    if name == "in":
        return
    if name in _OVER_LINES:
        if words[-6:-2] != ["order", ".", "lines", "."] or words[-7:-6] == ["."]:
            raise ExpressionInvalid(
                position=position, reason=_("only order.lines can be looked through")
            )
    elif name not in _FUNCTIONS:
        raise ExpressionInvalid(position=position, reason=_("there is no such function"))


def _refusal(message: str) -> ExpressionInvalid:
    place = _PLACE.search(message)
    if place is None or int(place[2]) < 1:
        return ExpressionInvalid(position=1, reason=_("it is nested too deeply"))
    return ExpressionInvalid(position=int(place[2]), reason=place[3])
