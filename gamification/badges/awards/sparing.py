"""Sparing: whom a tally says nothing new about need not be asked by the set query (G-16, G-17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from gamification.badges.families import Family
from gamification.badges.kinds import AwardState
from gamification.badges.models import Award
from gamification.criteria.life.catalogue import Live
from gamification.criteria.tallying import tallies_of
from loyalty.foundation.ids import Id

Held: TypeAlias = Mapping[tuple[Id, Id], list[Award]]  # by badge and member
_NOTHING: Final[Mapping[str, int]] = {}


@dataclass(frozen=True, kw_only=True)
class Wake:
    """Why members are looked at. `anew`: whose deeds were corrected or came late, so that no tally is enough."""

    anew: frozenset[Id] = field(default_factory=frozenset)
    corrected: frozenset[Id] = field(default_factory=frozenset)
    is_silent: bool = False
    is_complete: bool = False  # a backfill or a night: whatever the tallies say
    measures: Mapping[str, Id] = field(default_factory=dict)  # what is tallied: digest → id


def asked(
    badges: Sequence[Live],
    members: Sequence[Id],
    held: Held,
    wake: Wake,
) -> list[tuple[Live, list[Id]]]:
    """For which badge which members need the set query: all, or those whose tally says that something differs."""
    if wake.is_complete:
        return [(live, list(members)) for live in badges]
    measures = {live.definition_id: _tallied(live, wake.measures) for live in badges}
    tallies = tallies_of(
        measure_ids={each for each in measures.values() if each}, member_ids=members
    )
    found = []
    for live in badges:
        measure = measures[live.definition_id]
        wanted = [
            each
            for each in members
            if each in wake.anew
            or measure is None
            or _differs(
                live.parsed,
                held.get((live.definition_id, each), []),
                tallies.get((measure, each), _NOTHING),
            )
        ]
        if wanted:
            found.append((live, wanted))
    return found


def _tallied(live: Live, measures: Mapping[str, Id]) -> Id | None:
    """The measure that alone can tell that nothing has changed; windows by the calendar are always asked."""
    family: Family = live.parsed
    marked = family.condition.marked
    if marked is None:
        return None
    spec = family.condition.leaves[marked].spec
    is_alone = len(family.condition.leaves) == 1 and not spec.calendar
    return measures.get(spec.digest) if is_alone else None


def _differs(family: Family, awards: Sequence[Award], tally: Mapping[str, int]) -> bool:
    """Whether the tally says other tiers than the awards; a missing tally says nothing, so it must be asked."""
    if "" not in tally:
        return True
    value = tally[""]
    if family.is_every:
        reached = value // family.tiers[0].target
    else:
        reached = sum(1 for tier in family.tiers if tier.target <= value)
    standing = sum(1 for award in awards if award.state != AwardState.REVOKED or award.is_barred)
    return reached != standing
