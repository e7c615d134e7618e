"""Reading a definition: everything wrong with it is found before anything is written, each with its pointer."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loyalty.earning.expressions import ExpressionInvalid
from loyalty.earning.kinds import ORDER_PAID
from loyalty.earning.rules.clauses import Clause, Origin, compile_clause
from loyalty.earning.rules.shapes import EFFECTS, RULE
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind, Malformed, Problem, Text
from loyalty.foundation.shapes import below

_NOTHING: Final = Origin(
    rule_id=Id(int=0), revision_id=Id(int=0), shown="", version=1, created_at=timezone.now()
)
DEPTH_MAX: Final = 20  # S-5; a rule needs nine
_OF_ORDERS: Final = frozenset({"per_amount", "per_item", "per_line"})
# What a multiplier cannot have: it gives no points of its own, so nothing to limit, to open or to end.
_NOT_OF_MULTIPLIERS: Final = (
    "limits",
    "unlock",
    "expiry",
    "rounding",
    "exclusive",
    "multipliable",
    "counts_for_tier",
)
# What is the same whether it is said or not; left out, so that equal rules have equal digests.
_DEFAULTS: Final[Mapping[str, Any]] = {
    "priority": 0,
    "exclusive": False,
    "counts_for_tier": False,
    "conditions": {"all": []},
    "expression": "",
    "note": "",
    "limits": {},
}


class EffectIncomplete(DomainError):
    """The parts of a rule do not go together, so that it could not give points as it says (E-30, E-31)."""

    code = "effect_incomplete"
    kind = Kind.REFUSED
    title = _("The rule is not complete")
    detail = _("The effect and the rest of the rule do not go together.")


def read_definition(
    told: Mapping[str, Any], *, currencies: Collection[str], pointer: str = ""
) -> tuple[dict[str, Any], Clause]:
    """The definition as it is kept (without `state`), and its clause.

    Refusals: Malformed, ExpressionInvalid, EffectIncomplete; each with pointers.
    """
    _refuse_depth(told, pointer=pointer)
    RULE.demand(told, pointer=pointer)
    definition = {key: value for key, value in told.items() if key != "state"}
    kind = definition["effect"].get("kind")
    effect_at = below(pointer, "effect")
    if kind not in EFFECTS:
        raise Malformed(problems=[_problem(below(effect_at, "kind"), "not_a_choice", _("This is not one of the allowed values."))])  # fmt: skip
    EFFECTS[kind].demand(definition["effect"], pointer=effect_at)
    if definition["currency"] not in currencies:
        message = _("The programme has no such point currency.")
        raise Malformed(
            problems=[_problem(below(pointer, "currency"), "currency_unknown", message)]
        )
    problems = _contradictions(definition, pointer=pointer)
    if problems:
        raise EffectIncomplete(problems=problems)
    return definition, _compiled(definition, pointer=pointer)


def _refuse_depth(told: Mapping[str, Any], *, pointer: str) -> None:
    """Refuse what is nested deeper than any rule is, level by level, so that nothing of ours runs out of stack."""
    level: list[Any] = [told]
    for _depth in range(DEPTH_MAX):
        level = [
            below_it
            for each in level
            for below_it in (each.values() if isinstance(each, Mapping) else each)
            if isinstance(below_it, Mapping | list)
        ]
        if not level:
            return
    message = _("This is nested too deeply.")
    raise Malformed(problems=[_problem(pointer or "/", "too_deep", message)])


def meaning_of(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition without what goes without saying: two rules of equal meaning are equal here."""
    return {key: value for key, value in definition.items() if _DEFAULTS.get(key) != value}


def digest_of(definition: Mapping[str, Any]) -> str:
    """Equal for definitions of equal meaning: the order of conditions, and the offset of an instant, mean nothing."""
    meaning = meaning_of(definition)
    if "conditions" in meaning:
        meaning["conditions"] = sorted(
            json.dumps(each, sort_keys=True) for each in meaning["conditions"]["all"]
        )
    for key in ("starts_at", "ends_at"):
        if key in meaning:
            meaning[key] = datetime.fromisoformat(meaning[key]).timestamp()
    text = json.dumps(meaning, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _compiled(definition: Mapping[str, Any], *, pointer: str) -> Clause:
    try:
        return compile_clause(definition, origin=_NOTHING)
    except ExpressionInvalid as refusal:
        where = "expression" if definition.get("expression") else "conditions"
        told: Any = refusal.values
        raise ExpressionInvalid(pointer=below(pointer, where), **told) from None


def _contradictions(definition: Mapping[str, Any], *, pointer: str) -> list[Problem]:
    effect, triggers = definition["effect"], definition["triggers"]
    problems = []
    if effect["kind"] in _OF_ORDERS and set(triggers) != {ORDER_PAID}:
        message = _("Only order.paid has amounts and lines to count.")
        problems.append(_problem(below(pointer, "triggers"), "triggers_without_order", message))
    if "lines" in definition and ORDER_PAID not in triggers:
        message = _("Only order.paid has lines.")
        problems.append(_problem(below(pointer, "lines"), "triggers_without_order", message))
    problems += _of_an_unlock(definition, pointer=pointer)
    if effect["kind"] == "multiplier":
        problems += _of_a_multiplier(definition, pointer=pointer)
    starts, ends = definition.get("starts_at"), definition.get("ends_at")
    if starts and ends:
        clause = compile_clause({**definition, "conditions": {"all": []}, "expression": ""}, origin=_NOTHING)  # fmt: skip
        if clause.starts_at and clause.ends_at and clause.starts_at >= clause.ends_at:
            message = _("The end must be after the start.")
            problems.append(_problem(below(pointer, "ends_at"), "ends_before_start", message))
    return problems


def _of_an_unlock(definition: Mapping[str, Any], *, pointer: str) -> list[Problem]:
    """Only an order is fulfilled; and what opens by the event itself has nothing that could fail to come (E-55)."""
    unlock: Mapping[str, Any] = definition.get("unlock", {})
    source, problems = unlock.get("from", "event"), []
    if source == "order.fulfilled" and set(definition["triggers"]) != {ORDER_PAID}:
        message = _("Only the points of order.paid can wait until the order is fulfilled.")
        where = below(pointer, "unlock", "from")
        problems.append(_problem(where, "triggers_without_order", message))
    if source == "event" and "cancel_after" in unlock:
        message = _("What opens by the event itself waits for nothing that could fail to come.")
        where = below(pointer, "unlock", "cancel_after")
        problems.append(_problem(where, "nothing_to_wait_for", message))
    return problems


def _of_a_multiplier(definition: Mapping[str, Any], *, pointer: str) -> list[Problem]:
    problems = []
    if not Decimal("0.001") <= Decimal(definition["effect"]["by"]) <= 10:
        message = _("A multiplier is 0.001 to 10.")
        problems.append(_problem(below(pointer, "effect", "by"), "out_of_range", message))
    for key in _NOT_OF_MULTIPLIERS:
        if definition.get(key):
            message = _("A multiplier gives no points of its own, so it cannot have this.")
            problems.append(_problem(below(pointer, key), "not_for_multipliers", message))
    return problems


def _problem(pointer: str, code: str, message: Text) -> Problem:
    return Problem(pointer=pointer, code=code, message=message)
