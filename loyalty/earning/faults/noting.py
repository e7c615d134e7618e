"""Noting faults: found where events are judged, told as facts, counted later, so that no event waits for another."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from loyalty.earning.facts import RuleFailed
from loyalty.earning.faults.models import RuleFault
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id, read_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program

FAILED: Final = "condition_failed"
KEPT: Final = timedelta(days=90)
_NOTE: Final = """
    INSERT INTO loyalty_rulefault AS f (id, program_id, rule_id, version, day, condition, events, last_event_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (rule_id, version, day)
    DO UPDATE SET events = f.events + EXCLUDED.events, last_event_id = EXCLUDED.last_event_id,
                  condition = EXCLUDED.condition
"""


def faults_in(
    bodies: Mapping[Id, Mapping[str, Any]], *, program_id: Id, at: datetime
) -> list[RuleFailed]:
    """What to tell of these explanations, by event: one fact per rule and version, however many events."""
    counted: Counter[tuple[str, int]] = Counter()
    last: dict[tuple[str, int], tuple[Id, int]] = {}
    for event_id, entry in _failed(bodies):
        which = entry["rule"], entry["version"]
        counted[which] += 1
        last[which] = event_id, entry.get("condition", 0)
    return [
        RuleFailed(
            program_id=program_id,
            at=at,
            rule_id=read_id("rul", rule),
            version=version,
            condition=last[rule, version][1],
            event_id=last[rule, version][0],
            events=events,
        )
        for (rule, version), events in counted.items()
    ]


@inside_unit_of_work
def note_faults(facts: Sequence[RuleFailed]) -> None:
    """Count what was told, by local day; in the order of the unique key, so that two workers do not deadlock."""
    programs = {
        each.pk: each for each in Program.objects.filter(pk__in={f.program_id for f in facts})
    }
    for fact in sorted(facts, key=lambda each: (each.rule_id, each.version, each.at)):
        day = local_day(fact.at, programs[fact.program_id].zone)
        run(
            _NOTE,
            [
                new_id(),
                fact.program_id,
                fact.rule_id,
                fact.version,
                day,
                fact.condition,
                fact.events,
                fact.event_id,
            ],
        )


def faults_on(*, program: Program, day: date) -> int:
    """How many events had a fault in some rule on this local day."""
    found = RuleFault.objects.filter(program=program, day=day)
    return sum(found.values_list("events", flat=True))


@inside_unit_of_work
def forget_faults(*, program: Program, day: date) -> None:
    """Faults go after ninety days."""
    RuleFault.objects.filter(program=program, day__lt=day - KEPT).delete()


def _failed(bodies: Mapping[Id, Mapping[str, Any]]) -> Iterator[tuple[Id, Mapping[str, Any]]]:
    for event_id, body in bodies.items():
        entries: Iterable[Mapping[str, Any]] = body["rules"]
        for entry in entries:
            if entry.get("why_not") == FAILED:
                yield event_id, entry
