"""Showing: a member's levels, what is missing to the next, and why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gamification.criteria.explaining import near_misses, verdict
from gamification.criteria.kinds import Reason
from gamification.criteria.life.catalogue import book_of, live_definition
from gamification.criteria.measures.counting import Who, contributions
from gamification.criteria.measures.together import values_by_measure
from gamification.criteria.switches import switched_off
from gamification.levels.curves import Curve, curve_of
from gamification.levels.kinds import GAME
from gamification.levels.models import LevelMark
from loyalty.foundation.ids import Id, shown
from loyalty.members.persons import standings_of
from loyalty.programs.tenants import Program

Json = dict[str, Any]
DEEDS_TOLD: Final = 20


def show_levels(*, program: Program, member_id: Id, at: datetime) -> list[Json]:
    """Every curve that is live or paused, with the member's level, experience and what is missing."""
    curves = [curve_of(each) for each in book_of(program).definitions if each.game == GAME]
    return _shown(curves, member_id)


def explain_level(*, program: Program, slug: str, member_id: Id, at: datetime) -> Json:
    """When each level was reached, the latest deeds behind the experience, and near misses. Raises NotFound."""
    curve = curve_of(live_definition(program, GAME, slug))
    (now,) = _shown([curve], member_id)
    reason = _reason(program, curve, member_id, is_at_top=now["next"] is None)
    who = [Who(member_id=member_id)]
    counted = contributions(spec=curve.spec, zone=curve.live.zone, who=who)
    return {
        "slug": curve.live.slug,
        "version": curve.live.number,
        "as_of": at,
        **verdict(reason),
        "level": now["level"],
        "experience": now["experience"],
        "next": now["next"],
        "thresholds": list(curve.thresholds),
        "marks": [
            {
                "level": mark.level,
                "reached_at": mark.reached_at,
                "noticed_at": mark.noticed_at,
                "experience": mark.experience,
            }
            for mark in _marks([curve], member_id)[curve.live.definition_id]
        ],
        "tree": {
            "measure": dict(curve.spec.told),
            "value": now["experience"],
            "target": now["next"]["at"] if now["next"] else curve.thresholds[-1],
        },
        "deeds": [
            {"deed": shown("ded", each.deed_id), "at": each.occurred_at, "value": each.value}
            for each in reversed(counted[-DEEDS_TOLD:])
        ],
        "near_misses": near_misses([curve.spec], zone=curve.live.zone, who=who[0]),
    }


def _shown(curves: Sequence[Curve], member_id: Id) -> list[Json]:
    """Two statements, however many curves there are."""
    measures = [(curve.spec, curve.live.zone) for curve in curves]
    counted = values_by_measure(measures=measures, member_id=member_id)
    marks = _marks(curves, member_id)
    return [
        _show(curve, values.get("", 0), marks[curve.live.definition_id])
        for curve, values in zip(curves, counted, strict=True)
    ]


def _show(curve: Curve, experience: int, marks: Sequence[LevelMark]) -> Json:
    level = max((mark.level for mark in marks), default=1)
    begins = curve.threshold_after(level)
    return {
        "id": curve.live.shown_id,
        "slug": curve.live.slug,
        "name": curve.live.name,
        "state": curve.live.state,
        "currency": curve.live.settings["currency"],
        "level": level,
        "levels": len(curve.thresholds),
        "experience": experience,
        "reached_at": marks[-1].reached_at if marks else None,
        "next": None
        if begins is None
        else {"level": level + 1, "at": begins, "remaining": max(begins - experience, 0)},
    }


def _marks(curves: Sequence[Curve], member_id: Id) -> Mapping[Id, list[LevelMark]]:
    marks: defaultdict[Id, list[LevelMark]] = defaultdict(list)
    rows = LevelMark.objects.filter(
        definition_id__in=[curve.live.definition_id for curve in curves], member_id=member_id
    )
    for row in rows.order_by("level"):
        marks[row.definition_id].append(row)
    return marks


def _reason(program: Program, curve: Curve, member_id: Id, *, is_at_top: bool) -> Reason:
    if not curve.live.is_live:
        return Reason.PAUSED
    standing = standings_of([member_id]).get(member_id)
    if standing is None or not standing.is_active:
        return Reason.EXCLUDED_MEMBER
    if switched_off(program, GAME, [member_id]):
        return Reason.SWITCHED_OFF
    return Reason.REACHED if is_at_top else Reason.NOT_YET
