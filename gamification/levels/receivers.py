"""Reactions of this room: who earns experience climbs."""

from collections import defaultdict
from collections.abc import Sequence

from gamification.criteria.facts import DeedsChanged
from gamification.criteria.life.catalogue import programs_with_books
from gamification.levels.climbing import follow
from loyalty.foundation.ids import Id
from loyalty.outbox.receiving import reacts_later
from loyalty.programs.clock import now_of


@reacts_later(
    DeedsChanged, name="levels.climb", only=lambda fact: "points.earned" in fact.kinds.split(",")
)
def look_for_levels(facts: Sequence[DeedsChanged]) -> None:
    """Levels follow experience, upwards only."""
    by_program: defaultdict[Id, list[DeedsChanged]] = defaultdict(list)
    for fact in facts:
        by_program[fact.program_id].append(fact)
    for program, book in programs_with_books(by_program):
        follow(program=program, book=book, facts=by_program[program.pk], at=now_of(program))
