"""Writing: earnings and explanations, one statement for any number of each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection
from psycopg.types.json import Json

from loyalty.earning.kinds import Grant
from loyalty.earning.unlocking.waits import wait_of
from loyalty.foundation.ids import Id, new_id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.kinds import EntryKind, LotTerms, Movement
from loyalty.programs.models import Program

_EARNINGS: Final = """
    INSERT INTO loyalty_earning (program_id, claimed, id, event_id, member_id, rule_id, revision_id, version,
                                 currency_id, entry_id, points, counts_for_tier, once_key, day, occurred_at)
    SELECT %s, 0, told.* FROM unnest(
        %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::int[], %s::uuid[], %s::uuid[],
        %s::bigint[], %s::bool[], %s::bytea[], %s::date[], %s::timestamptz[]
    ) AS told
"""
# One JSON text for all bodies: an array of JSON texts would be escaped quote by quote, ten times slower.
_EXPLANATIONS: Final = """
    INSERT INTO loyalty_explanation (program_id, event_id, body)
    SELECT %s, event_id, bodies -> (place::int - 1)
    FROM (SELECT %s::jsonb AS bodies) AS told,
         unnest(%s::uuid[]) WITH ORDINALITY AS each (event_id, place)
"""


@inside_unit_of_work
def write_earnings(
    *, program: Program, grants: Sequence[Grant], entry_ids: Sequence[Id]
) -> list[Id]:
    """Add an earning per grant, each with the entry that moved its points; their ids, in order."""
    if not grants:
        return []
    ids = [new_id() for _ in grants]
    columns: list[list[Any]] = [
        ids,
        [grant.event_id for grant in grants],
        [grant.member_id for grant in grants],
        [grant.rule_id for grant in grants],
        [grant.revision_id for grant in grants],
        [grant.version for grant in grants],
        [grant.currency_id for grant in grants],
        list(entry_ids),
        [grant.points for grant in grants],
        [grant.counts_for_tier for grant in grants],
        [grant.once_key for grant in grants],
        [grant.day for grant in grants],
        [grant.occurred_at for grant in grants],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_EARNINGS, [program.pk, *columns])
    return ids


@inside_unit_of_work
def write_explanations(*, program: Program, bodies: Mapping[Id, dict[str, Any]]) -> None:
    """Keep one explanation per event, for ever."""
    values: list[Any] = [program.pk, Json(list(bodies.values())), list(bodies)]
    with connection.cursor() as cursor:
        cursor.execute(_EXPLANATIONS, values)


def movement_of(grant: Grant, *, at: datetime) -> Movement:
    """The credit that an earning makes; its key says which event and rule it comes from (L-4)."""
    terms = grant.terms
    opens_at = terms.opens_at if terms.opens_at and terms.opens_at > at else None
    return Movement(
        member_id=grant.member_id,
        currency_id=grant.currency_id,
        kind=EntryKind.EARN,
        points=grant.points,
        source_key=f"{shown('evt', grant.event_id)}/{grant.rule}",
        occurred_at=grant.occurred_at,
        event_id=grant.event_id,
        rule_id=grant.rule_id,
        rule_version=grant.version,
        counts_for_tier=grant.counts_for_tier,
        terms=LotTerms(
            opens_at=opens_at,
            waits=bool(terms.waits_for),
            lapses_at=terms.lapses_at,
            expires_at=terms.expires_at,
            policy={**terms.policy, **(wait_of(grant).stamp() if terms.waits_for else {})},
            origin="earning",
        ),
    )
