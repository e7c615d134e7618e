"""Checking: what no shape can say about a board."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gamification.criteria.measures import shapes
from gamification.criteria.measures.specs import Spec, read_spec
from gamification.criteria.measures.states import is_by_clock
from gamification.criteria.refusals import ConditionUnsupported
from gamification.leaderboards.boards.terms import (
    CLAWBACK_DAYS_MAX,
    GRACE_DAYS_MAX,
    GRACE_DEFAULT,
    bands_of,
    read_who,
)
from gamification.prizes.shapes import check_prizes
from loyalty.foundation.refusals import Malformed, Problem, Text
from loyalty.programs.calendar import Period
from loyalty.programs.tenants import Program

_TOO_LONG: Final = {
    "grace": _("Grace lasts 31 days at most."),
    "clawback_for": _("Prizes can be taken back for 400 days at most, told in days."),
}


def specs_of(program: Program, settings: Mapping[str, Any], *, zone: str = "") -> list[Spec]:
    """The measure of a board, a count or a sum without a window of its own (G-77), and those of who takes part."""
    spec = read_spec(settings["measure"], program=program, pointer="/measure", zone=zone)
    if not spec.is_over_deeds or spec.kind == shapes.DISTINCT:
        raise ConditionUnsupported(what=_("a board counts or sums"), pointer="/measure/kind")
    if "window" in spec.told:
        raise ConditionUnsupported(
            what=_("the periods of a board are its window"), pointer="/measure/window"
        )
    who = read_who(program, settings, zone)
    return [spec, *(who.specs if who else ())]


def check(program: Program, settings: Mapping[str, Any]) -> None:
    """Refuse a measure that cannot be ranked, a grace that is no time, bands that overlap, prizes that are not there."""
    _measure, *who = specs_of(program, settings)
    _check_who(who)
    _check_duration(settings, "grace", GRACE_DEFAULT, days_max=GRACE_DAYS_MAX)
    _check_duration(settings, "clawback_for", "PT0H", days_max=CLAWBACK_DAYS_MAX)
    _check_bands(settings)
    prizes = enumerate(settings.get("prizes", ()))
    check_prizes(program, [(f"/prizes/{place}/prize", told["prize"]) for place, told in prizes])


def _check_who(specs: Sequence[Spec]) -> None:
    """How members stand, told by facts: a board cannot look at everybody each time that a clock moves."""
    if not all(spec.is_state for spec in specs):
        raise ConditionUnsupported(
            what=_("who takes part is told by how members stand, not by what they did"),
            pointer="/who",
        )
    if any(is_by_clock(spec) for spec in specs):
        raise ConditionUnsupported(
            what=_("who takes part does not change by the clock alone"), pointer="/who"
        )


def _check_duration(
    settings: Mapping[str, Any], name: str, otherwise: str, *, days_max: int
) -> None:
    try:
        lasts = Period.read(settings.get(name, otherwise))
    except ValueError:
        raise _refused(f"/{name}", "invalid", _("This is not a duration.")) from None
    if lasts.months or lasts.days * 86_400 + lasts.seconds > days_max * 86_400:
        raise _refused(f"/{name}", "too_large", _TOO_LONG[name])


def _check_bands(settings: Mapping[str, Any]) -> None:
    last = 0
    for place, band in enumerate(bands_of(settings)):
        if band.last < band.first or band.first <= last:
            message = _("Places of prizes rise and do not overlap.")
            raise _refused(f"/prizes/{place}/places", "invalid", message)
        last = band.last


def _refused(pointer: str, code: str, message: Text) -> Malformed:
    return Malformed(problems=[Problem(pointer=pointer, code=code, message=message)])
