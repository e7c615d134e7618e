"""Tallying: additive measures move by difference, in the transaction that wrote the deeds (G-17)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from gamification.criteria.measures.counting import WHO, Who, asked, counted, values_of
from gamification.criteria.measures.specs import Spec
from gamification.criteria.measures.states import wakes
from gamification.criteria.models import Measure, Tally
from gamification.deeds.correcting import Change
from gamification.deeds.models import Deed
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program

_COLUMNS: Final = """d.id, d.member_id, d.kind, d.order_id, d.sku, d.categories, d.place, d.attributes, d.quantity,
    d.amount, d.points, d.currency_id, d.is_prize, d.occurred_at, d.recorded_at"""
_MOVE: Final = """
    WITH {who}, told AS (
        SELECT * FROM unnest(%s::uuid[], %s::bool[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[])
            AS each (id, is_new, quantity, amount, points, void_at)
    ), stood AS (
        SELECT {columns}, told.quantity AS returned_quantity, told.amount AS returned_amount,
               told.points AS returned_points, told.void_at
        FROM told JOIN gamification_deed d ON d.id = told.id WHERE NOT told.is_new
    ), stands AS (
        SELECT d.* FROM told JOIN gamification_deed d ON d.id = told.id
    ), delta AS (
        SELECT member_id, key, sum(v)::bigint AS value, max(occurred_at) AS last_at FROM (
            SELECT member_id, key, -v AS v, occurred_at FROM ({before}) AS gone
            UNION ALL SELECT member_id, key, v, occurred_at FROM ({after}) AS there
        ) AS both_sides GROUP BY member_id, key
    ), moved AS (
        UPDATE gamification_tally AS tally
        SET value = tally.value + delta.value, last_at = GREATEST(tally.last_at, delta.last_at)
        FROM delta
        WHERE tally.measure_id = %s AND tally.member_id = delta.member_id AND tally.period_key = delta.key
        RETURNING tally.member_id, tally.period_key
    )
    SELECT DISTINCT member_id FROM delta
    WHERE NOT EXISTS (SELECT FROM moved WHERE moved.member_id = delta.member_id AND moved.period_key = delta.key)
"""
_FILL: Final = """
    WITH {who}, counted AS ({counted})
    INSERT INTO gamification_tally (measure_id, member_id, period_key, value, last_at)
    SELECT %s, member_id, key, sum(v)::bigint, max(occurred_at) FROM counted GROUP BY member_id, key
    ORDER BY member_id, key
    ON CONFLICT DO NOTHING
"""


@inside_unit_of_work
def move(
    measures: Mapping[Id, tuple[Spec, str]], *, fresh: Sequence[Deed], changes: Sequence[Change]
) -> None:
    """Move the tallies of these measures (spec and zone by id) by what was added and corrected.

    One statement for each measure, and one more that fills what is unknown with absolute values. The members are
    locked, so that nobody counts the same deed beside us.
    """
    told = _told(fresh, changes)
    members = sorted({each.member_id for each in fresh} | {each.deed.member_id for each in changes})
    who = asked([Who(member_id=each) for each in members])
    for measure_id, (spec, zone) in sorted(measures.items()):
        before = counted(spec, zone=zone, source="stood")
        after = counted(spec, zone=zone, source="stands")
        text = _MOVE.format(who=WHO, columns=_COLUMNS, before=before.text, after=after.text)
        rows = run(text, [*who, *told, *before.values, *after.values, measure_id])
        if rows:
            fill({measure_id: (spec, zone)}, member_ids=[member_id for (member_id,) in rows])


@inside_unit_of_work
def fill(measures: Mapping[Id, tuple[Spec, str]], *, member_ids: Collection[Id]) -> None:
    """Absolute values where a row is missing, by the set query; one statement for each measure."""
    who = asked([Who(member_id=each) for each in sorted(member_ids)])
    for measure_id, (spec, zone) in sorted(measures.items()):
        inner = counted(spec, zone=zone)
        text = _FILL.format(who=WHO, counted=inner.text)
        run(text, [*who, *inner.values, measure_id])


@inside_unit_of_work
def keep_up(*, program: Program, specs: Sequence[Spec], zone: str, known: Collection[str]) -> None:
    """Tally the additive ones of these from now on. Those that are not `known` (digests) nobody kept up until now: they
    are unknown again, so that no tally of an earlier life is believed (G-17)."""
    additive = {spec.digest: spec for spec in specs if spec.is_additive}
    rows = [
        Measure(
            program=program,
            digest=digest,
            spec=dict(spec.told),
            zone=zone,
            is_additive=True,
            wakes=sorted(wakes(spec)),
        )
        for digest, spec in sorted(additive.items())
        if digest not in known
    ]
    Measure.objects.bulk_create(rows, ignore_conflicts=True)
    fresh = Measure.objects.filter(program=program, digest__in=[row.digest for row in rows])
    forget(measure_ids=list(fresh.values_list("pk", flat=True)))


def tallies_of(
    *, measure_ids: Collection[Id], member_ids: Collection[Id]
) -> dict[tuple[Id, Id], dict[str, int]]:
    """What is tallied, by measure and member, then by period; one statement. What is absent is unknown."""
    found: dict[tuple[Id, Id], dict[str, int]] = {}
    rows = Tally.objects.filter(measure_id__in=measure_ids, member_id__in=member_ids)
    for measure_id, member_id, key, value in rows.values_list(
        "measure_id", "member_id", "period_key", "value"
    ):
        found.setdefault((measure_id, member_id), {})[key] = value
    return found


def forget(*, measure_ids: Collection[Id] = (), member_ids: Collection[Id] = ()) -> None:
    """Forget tallies of measures that nobody kept up, or of members whose deeds moved: unknown again."""
    if measure_ids:
        Tally.objects.filter(measure_id__in=measure_ids).delete()
    if member_ids:
        Tally.objects.filter(member_id__in=member_ids).delete()


def _told(
    fresh: Iterable[Deed], changes: Iterable[Change]
) -> tuple[list[Id], list[bool], list[int], list[int], list[int], list[datetime | None]]:
    """Deeds as they stood before: new ones not at all. One that is new and corrected is new."""
    new = {each.pk for each in fresh}
    rows: list[tuple[Id, bool, int, int, int, datetime | None]]
    rows = [(pk, True, 0, 0, 0, None) for pk in sorted(new)]
    rows += [
        (
            each.deed.pk,
            False,
            each.returned_quantity,
            each.returned_amount,
            each.returned_points,
            each.void_at,
        )
        for each in changes
        if each.deed.pk not in new
    ]
    columns = list(zip(*rows, strict=True)) or [()] * 6
    ids, is_new, quantities, amounts, points, voids = (list(column) for column in columns)
    return ids, is_new, quantities, amounts, points, voids


def differing(
    measures: Mapping[Id, tuple[Spec, str]], *, member_id: Id
) -> list[tuple[Id, str, int, int]]:
    """Tallies of a member that are not what the set query says: measure, period, found, should be."""
    kept = tallies_of(measure_ids=measures, member_ids=[member_id])
    wrong = []
    for measure_id, (spec, zone) in sorted(measures.items()):
        truth = values_of(spec=spec, zone=zone, who=[Who(member_id=member_id)])
        for key, found in kept.get((measure_id, member_id), {}).items():
            should = truth.get((member_id, key), 0)
            if found != should:
                wrong.append((measure_id, key, found, should))
    return wrong
