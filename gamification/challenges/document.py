"""The part `challenges` of the programme document, and what the life of definitions asks of a challenge."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gamification.challenges.attempts.following import catch_up, catch_up_since
from gamification.challenges.kinds import GAME, STEPS_MAX, Activation, Recurrence
from gamification.challenges.looking import measuring  # registers its measure  # noqa: F401
from gamification.challenges.looking.previewing import preview
from gamification.challenges.terms import Terms, read_terms
from gamification.criteria.life.documenting import register_definitions
from gamification.criteria.life.games import Game
from gamification.criteria.measures.shapes import CONDITION, MEASURE, STREAK
from gamification.criteria.measures.specs import Spec
from gamification.criteria.refusals import ConditionUnsupported
from gamification.prizes.shapes import PRIZE, check_prizes
from loyalty.foundation.refusals import Malformed, Problem
from loyalty.foundation.shapes import DURATION, POSITIVE, SLUG, TEXTS, Schema, closed
from loyalty.programs.calendar import Period
from loyalty.programs.tenants import Program

Settings = Mapping[str, Any]

_DAY: Final[Schema] = {"type": "string", "format": "date"}
_WINDOW: Final[Schema] = {
    "oneOf": [
        closed(
            {"between": {"type": "array", "minItems": 2, "maxItems": 2, "items": _DAY}},
            required=["between"],
        ),
        closed(
            {"calendar": {"enum": ["day", "week", "month", "quarter", "year"]}},
            required=["calendar"],
        ),
        closed(
            {"from_joining": DURATION, "through": {"enum": ["week", "month"]}},
            required=["from_joining"],
        ),
    ]
}
_STEP: Final[Schema] = closed(
    {"name": TEXTS, "measure": MEASURE, "at_least": POSITIVE}, required=["measure", "at_least"]
)
_GOAL: Final[Schema] = closed(
    {
        "target": POSITIVE,
        "min_contribution": POSITIVE,
        "pool": {"enum": ["everyone", "team"]},
    },
    required=["target"],
)
FIELDS: Final[Mapping[str, Schema]] = {
    "activation": {"enum": list(Activation.values)},
    "recurrence": {"enum": list(Recurrence.values)},
    "window": _WINDOW,
    "steps": {"type": "array", "minItems": 1, "maxItems": STEPS_MAX, "items": _STEP},
    "order": {"enum": ["free", "strict"]},
    "who": CONDITION,
    "after": SLUG,
    "count_from": {"enum": ["opened", "joined"]},
    "max_repeats_per_event": POSITIVE,
    "carry_over": {"type": "boolean"},
    "winners": POSITIVE,
    "on_correction": {"enum": ["keep", "reopen"]},
    "goal": _GOAL,
    "prize": PRIZE,
}


def _check(program: Program, settings: Settings) -> None:
    """Refuse what reads well and cannot be played."""
    terms = read_terms(program, settings, zone=program.zone)
    for place, step in enumerate(terms.steps):
        _check_step(terms, step.spec, pointer=f"/steps/{place}/measure")
    _check_window(terms)
    _check_goal(terms)
    if terms.repeats and (len(terms.steps) > 1 or not terms.steps[0].spec.is_additive):
        raise ConditionUnsupported(
            what=_("what begins again at once has one step that counts or sums"),
            pointer="/recurrence",
        )
    if terms.who and not all(spec.is_state for spec in terms.who.specs):
        raise ConditionUnsupported(
            what=_("whom it is for is told by how members stand, not by what they did"),
            pointer="/who",
        )
    if terms.prize:
        check_prizes(program, [("/prize", terms.prize)])


def _check_step(terms: Terms, spec: Spec, *, pointer: str) -> None:
    has_window = spec.calendar or spec.rolling or spec.since or spec.since_joined or spec.since_opened  # fmt: skip
    if has_window:
        raise ConditionUnsupported(
            what=_("a step has no window of its own: the challenge has one"), pointer=pointer
        )
    if not spec.is_over_deeds and spec.kind != STREAK:
        raise ConditionUnsupported(
            what=_("a step counts or sums deeds, or asks for a streak"), pointer=pointer
        )


def _check_window(terms: Terms) -> None:
    told = terms.window
    if "between" in told:
        first, end = told["between"]
        if first >= end:
            raise _malformed("/window/between", _("The window ends before it begins."))
    if "from_joining" in told:
        period = Period.read(told["from_joining"])
        if period.seconds or period.is_zero:
            raise _malformed("/window/from_joining", _("A window is whole days, weeks or months."))
        if not terms.is_joined:
            raise _malformed("/window", _("A window from joining on needs members who join."))


def _check_goal(terms: Terms) -> None:
    if terms.goal is None:
        return
    if len(terms.steps) > 1 or terms.repeats or not terms.steps[0].spec.is_additive:
        raise ConditionUnsupported(
            what=_("a shared goal has one step that counts or sums, once in its window"),
            pointer="/goal",
        )
    if "from_joining" in terms.window or (terms.goal.is_by_team and not terms.is_joined):
        raise ConditionUnsupported(
            what=_("a shared goal has one window for all, and teams are joined"), pointer="/goal"
        )


def _malformed(pointer: str, message: Any) -> Malformed:
    return Malformed(problems=[Problem(pointer=pointer, code="invalid", message=message)])


def _specs(program: Program, settings: Settings, *, zone: str = "") -> list[Spec]:
    terms = read_terms(program, settings, zone=zone or program.zone)
    return [*(step.spec for step in terms.steps), *(terms.who.specs if terms.who else ())]


def _prizes(settings: Settings) -> list[Mapping[str, Any]]:
    return [settings["prize"]] if "prize" in settings else []


CHALLENGES: Final = register_definitions(
    Game(
        name=GAME,
        prefix="chl",
        part="challenges",
        title=_("Challenges"),
        fields=FIELDS,
        required=("window", "steps"),
        check=_check,
        specs=_specs,
        prizes=_prizes,
        preview=preview,
        backfill=catch_up,
        resume=catch_up_since,
        example={
            "activation": "join",
            "window": {"from_joining": "P30D"},
            "steps": [
                {"measure": {"kind": "deeds.count", "of": "order.paid"}, "at_least": 3},
            ],
        },
    )
)
