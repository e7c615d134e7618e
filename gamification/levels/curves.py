"""Curves: growing thresholds over one kind of points that nobody spends (G-75, G-76)."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gamification.criteria.life.catalogue import Live
from gamification.criteria.measures.specs import Spec, read_spec
from gamification.levels.kinds import EXPERIENCE_MAX, LEVELS_MAX
from gamification.prizes.shapes import PRIZE, check_prizes
from loyalty.foundation.refusals import Malformed, Problem, Text
from loyalty.foundation.shapes import SLUG, Schema, closed
from loyalty.programs.tenants import Program, currencies_of

Settings = Mapping[str, Any]

_THRESHOLD: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": EXPERIENCE_MAX}
_LEVEL: Final[Schema] = {"type": "integer", "minimum": 2, "maximum": LEVELS_MAX}
FIELDS: Final[Mapping[str, Schema]] = {
    "currency": SLUG,
    "thresholds": {
        "type": "array",
        "minItems": 2,
        "maxItems": LEVELS_MAX,
        "items": _THRESHOLD,
    },
    "prizes": {
        "type": "array",
        "maxItems": LEVELS_MAX,
        "items": closed({"level": _LEVEL, "prize": PRIZE}, required=["level", "prize"]),
    },
}
REQUIRED: Final = ("currency", "thresholds")


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """A curve by the wording in force. Level n begins at the n-th threshold; the first is 0."""

    live: Live
    spec: Spec
    thresholds: Sequence[int]
    prizes: Mapping[int, Mapping[str, Any]]

    def level_at(self, experience: int) -> int:
        """The level that so much experience is worth."""
        return bisect_right(self.thresholds, experience)

    def threshold_after(self, level: int) -> int | None:
        """Where the level after this one begins; None at the top."""
        return self.thresholds[level] if level < len(self.thresholds) else None

    @property
    def steps(self) -> dict[int, int]:
        """Levels that have to be reached, by their thresholds."""
        return {each: place for place, each in enumerate(self.thresholds, start=1) if place > 1}


def curve_of(live: Live) -> Curve:
    """The curve that this definition is."""
    (spec,) = live.specs
    return Curve(
        live=live,
        spec=spec,
        thresholds=tuple(live.settings["thresholds"]),
        prizes={each["level"]: each["prize"] for each in live.settings.get("prizes", ())},
    )


def specs_of(program: Program, settings: Settings, *, zone: str = "") -> list[Spec]:
    """Experience: the net sum of that kind of points, those that games paid included."""
    told = {
        "kind": "deeds.sum",
        "of": "points.earned",
        "value": "points",
        "currency": settings["currency"],
        "include_prizes": True,
    }
    return [read_spec(told, program=program, zone=zone)]


def prizes_of(settings: Settings) -> list[Mapping[str, Any]]:
    """What the levels pay."""
    return [each["prize"] for each in settings.get("prizes", ())]


def check(program: Program, settings: Settings) -> None:
    """Refuse points that can be spent, thresholds that do not grow from 0, prizes of levels that are not there."""
    currency = currencies_of(program).get(settings["currency"])
    if currency is None:
        raise _refused("/currency", "not_a_choice", _("There is no such point currency."))
    if currency.spendable or currency.expiry.get("kind") != "never":
        message = _("Experience is a kind of points that is neither spent nor ever expires.")
        raise _refused("/currency", "not_a_choice", message)
    thresholds = settings["thresholds"]
    if thresholds[0] != 0 or any(after <= before for before, after in pairwise(thresholds)):
        raise _refused("/thresholds", "invalid", _("Thresholds begin at 0 and grow."))
    seen: set[int] = set()
    for place, each in enumerate(settings.get("prizes", ())):
        if each["level"] > len(thresholds) or each["level"] in seen:
            message = _("A prize names a level of the curve, each once.")
            raise _refused(f"/prizes/{place}/level", "invalid", message)
        seen.add(each["level"])
    told = [(f"/prizes/{n}/prize", each["prize"]) for n, each in enumerate(settings.get("prizes", ()))]  # fmt: skip
    check_prizes(program, told)


def _refused(pointer: str, code: str, message: Text) -> Malformed:
    return Malformed(problems=[Problem(pointer=pointer, code=code, message=message)])
