"""Circles: what a definition pays may not lead back to what it reads (G-20)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from gamification.criteria.life.catalogue import book_of
from gamification.criteria.life.games import Game, game_called
from gamification.criteria.measures import shapes
from gamification.criteria.measures.specs import Spec
from gamification.criteria.refusals import ConditionGoesRound
from gamification.deeds.kinds import POINTS_EARNED
from loyalty.programs.tenants import Program, currencies_of

Place: TypeAlias = tuple[str, str]  # ("badge", "regular"), ("currency", "stars")
_READS = {
    shapes.BADGE: "badge",
    shapes.CHALLENGE: "challenge",
    shapes.STREAK: "streak",
    shapes.LEVEL: "level",
}
_PAYS = {"points": ("currency", "currency"), "badge": ("badge", "badge"), "stamps": ("stamp_card", "card")}  # fmt: skip


def refuse_circle(program: Program, game: Game, slug: str, settings: Mapping[str, Any]) -> None:
    """Raise ConditionGoesRound if these settings, beside everything live, would lead back to themselves."""
    leads: defaultdict[Place, set[Place]] = defaultdict(set)
    slugs = {each.pk: name for name, each in currencies_of(program).items()}
    own = (game.name, slug)
    told: list[tuple[Place, Iterable[Spec], Iterable[Mapping[str, Any]]]] = [
        ((each.game, each.slug), each.specs, game_called(each.game).prizes(each.settings))
        for each in book_of(program).definitions
        if (each.game, each.slug) != own
    ]
    told.append((own, game.specs(program, settings), game.prizes(settings)))
    for place, specs, prizes in told:
        for spec in specs:
            if (read := _read_by(spec, slugs)) is not None:
                leads[read].add(place)
        for prize in prizes:
            if prize["kind"] in _PAYS:
                what, field = _PAYS[prize["kind"]]
                leads[place].add((what, prize[field]))
    way = _way_back(leads, own)
    if way is not None:
        names = " → ".join(f"{what} {name}" for what, name in way)
        raise ConditionGoesRound(slug=slug, way=names)


def _read_by(spec: Spec, slugs: Mapping[Any, str]) -> Place | None:
    """What a measure looks at that a prize can change. Points paid as prizes count only where told."""
    if spec.kind in _READS:
        what = _READS[spec.kind]
        return what, str(spec.told[what])
    if spec.of == POINTS_EARNED and spec.include_prizes and spec.currency_id:
        return "currency", slugs[spec.currency_id]
    return None


def _way_back(leads: Mapping[Place, set[Place]], start: Place) -> Sequence[Place] | None:
    """A way from here back to here, if there is one."""
    ways: list[list[Place]] = [[start]]
    seen: set[Place] = set()
    while ways:
        way = ways.pop()
        for place in sorted(leads.get(way[-1], ())):
            if place == start:
                return [*way, place]
            if place not in seen:
                seen.add(place)
                ways.append([*way, place])
    return None
