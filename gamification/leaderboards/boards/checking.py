"""Checking: what no shape can say about a board."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from gamification.criteria.measures import shapes
from gamification.criteria.measures.specs import Spec, read_spec
from gamification.criteria.refusals import ConditionUnsupported
from gamification.leaderboards.boards.terms import GRACE_DAYS_MAX, GRACE_DEFAULT, bands_of
from gamification.prizes.shapes import check_prizes
from loyalty.foundation.refusals import Malformed, Problem, Text
from loyalty.programs.calendar import Period
from loyalty.programs.tenants import Program


def specs_of(program: Program, settings: Mapping[str, Any], *, zone: str = "") -> list[Spec]:
    """The one measure of a board: a count or a sum, without a window of its own (G-77)."""
    spec = read_spec(settings["measure"], program=program, pointer="/measure", zone=zone)
    if not spec.is_over_deeds or spec.kind == shapes.DISTINCT:
        raise ConditionUnsupported(what=_("a board counts or sums"), pointer="/measure/kind")
    if "window" in spec.told:
        raise ConditionUnsupported(
            what=_("the periods of a board are its window"), pointer="/measure/window"
        )
    return [spec]


def check(program: Program, settings: Mapping[str, Any]) -> None:
    """Refuse a measure that cannot be ranked, a grace that is no time, bands that overlap, prizes that are not there."""
    specs_of(program, settings)
    try:
        grace = Period.read(settings.get("grace", GRACE_DEFAULT))
    except ValueError:
        raise _refused("/grace", "invalid", _("This is not a duration.")) from None
    if grace.months or grace.days * 86_400 + grace.seconds > GRACE_DAYS_MAX * 86_400:
        raise _refused("/grace", "too_large", _("Grace lasts 31 days at most."))
    last = 0
    for place, band in enumerate(bands_of(settings)):
        if band.last < band.first or band.first <= last:
            message = _("Places of prizes rise and do not overlap.")
            raise _refused(f"/prizes/{place}/places", "invalid", message)
        last = band.last
    prizes = enumerate(settings.get("prizes", ()))
    check_prizes(program, [(f"/prizes/{place}/prize", told["prize"]) for place, told in prizes])


def _refused(pointer: str, code: str, message: Text) -> Malformed:
    return Malformed(problems=[Problem(pointer=pointer, code=code, message=message)])
