"""Pooling: foreign codes are imported to be handed out; each goes to one voucher, ever (W-46)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.models import Program
from loyalty.rewards.catalogue.stocking import add_pieces
from loyalty.rewards.codes.keeping import (
    foreign_digest,
    last_four,
    pepper_version,
    seal_code,
    unseal_code,
)

CODE_LENGTH_MAX: Final = 128
_ADD: Final = """
    INSERT INTO loyalty_poolcode (id, program_id, reward_id, digest, pepper, last_four, sealed, value, ends_at, added_at)
    SELECT id, %s, %s, digest, %s, last_four, sealed, value, ends_at, %s
    FROM unnest(%s::uuid[], %s::bytea[], %s::text[], %s::bytea[], %s::bigint[], %s::timestamptz[])
         AS told (id, digest, last_four, sealed, value, ends_at)
    WHERE NOT EXISTS (SELECT FROM loyalty_voucher v WHERE v.program_id = %s AND v.digest = told.digest)
    ORDER BY digest
    ON CONFLICT (program_id, digest) DO NOTHING
    RETURNING id
"""
# The lowest free ids of each reward; what somebody else is taking is passed over (W-46).
_TAKE: Final = """
    WITH wanted AS (
        SELECT reward_id, count(*)::int AS pieces FROM unnest(%s::uuid[]) AS w (reward_id) GROUP BY reward_id
    )
    SELECT taken.id, taken.reward_id, taken.sealed, taken.ends_at
    FROM wanted CROSS JOIN LATERAL (
        SELECT c.id, c.reward_id, c.sealed, c.ends_at FROM loyalty_poolcode c
        WHERE c.reward_id = wanted.reward_id AND c.taken_at IS NULL AND c.ended_at IS NULL
          AND (c.ends_at IS NULL OR c.ends_at > %s)
        ORDER BY c.id LIMIT wanted.pieces FOR UPDATE OF c SKIP LOCKED
    ) taken
    ORDER BY taken.reward_id, taken.id
"""
_MARK: Final = """
    UPDATE loyalty_poolcode c SET taken_at = %s, voucher_id = told.voucher_id, sealed = NULL
    FROM unnest(%s::uuid[], %s::uuid[]) AS told (id, voucher_id)
    WHERE c.id = told.id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolRow:
    """A foreign code as it is imported: 1 to 128 printable characters, perhaps a value in minor units, an end, a PIN."""

    code: str
    value: int | None = None
    ends_at: datetime | None = None
    pin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One code of this reward's pool, for the piece of this number of a redemption."""

    reward_id: Id
    redemption_id: Id | None = None
    number: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenCode:
    """A code out of the pool, and the id that its voucher has to have."""

    id: Id
    code: str = field(repr=False)
    pin: str = field(repr=False)
    ends_at: datetime | None
    voucher_id: Id


def is_pool_code(text: str) -> bool:
    """Whether this can be a foreign code: 1 to 128 printable characters, no space at either end."""
    return 1 <= len(text) <= CODE_LENGTH_MAX and text.isprintable() and text == text.strip()


@unit_of_work
def add_to_pool(
    *, program: Program, reward_id: Id, rows: Sequence[PoolRow], at: datetime
) -> list[bool]:
    """`add_codes` in a unit of its own."""
    return add_codes(program=program, reward_id=reward_id, rows=rows, at=at)


@inside_unit_of_work
def add_codes(
    *, program: Program, reward_id: Id, rows: Sequence[PoolRow], at: datetime
) -> list[bool]:
    """Put these codes into the reward's pool; answers for each, in order, whether it is new.

    A code that the programme knows already, in any pool or voucher, is not (`already_there`); nor is a double within
    the list. The reward's stock grows by the new ones.
    """
    assert all(is_pool_code(each.code) for each in rows), "checked by whoever reads the file"
    first: dict[bytes, int] = {}
    for place, row in enumerate(rows):
        first.setdefault(foreign_digest(row.code, program=program), place)
    ids = {place: new_id() for place in first.values()}
    there = {row[0] for row in run(_ADD, _columns(program, reward_id, rows, first, ids, at))}
    new = [ids.get(place) in there for place in range(len(rows))]
    if any(new):
        add_pieces(pieces={reward_id: sum(new)})
    return new


@inside_unit_of_work
def known_codes(*, program: Program, codes: Collection[str]) -> set[str]:
    """Which of these codes the programme knows already: for the preview of an import."""
    digests = {foreign_digest(each, program=program): each for each in codes}
    rows = run(
        """SELECT digest FROM loyalty_poolcode WHERE program_id = %s AND digest = ANY(%s::bytea[])
           UNION SELECT digest FROM loyalty_voucher WHERE program_id = %s AND digest = ANY(%s::bytea[])""",
        [program.pk, list(digests), program.pk, list(digests)],
    )
    return {digests[bytes(row[0])] for row in rows}


@inside_unit_of_work
def take_codes(
    *, program: Program, wanted: Sequence[Wanted], at: datetime
) -> list[TakenCode | None]:
    """Take the lowest free codes out of these rewards' pools, in order; None where a pool has no more.

    The reward's stock was taken before, and waits are none: codes that others are taking are passed over.
    """
    if not wanted:
        return []
    rows = run(_TAKE, [[each.reward_id for each in wanted], at])
    waiting: dict[Id, list[TakenCode]] = {}
    for code_id, reward_id, sealed, ends_at in rows:
        code, pin = unseal_code(sealed, about=code_id)
        waiting.setdefault(reward_id, []).append(
            TakenCode(id=code_id, code=code, pin=pin, ends_at=ends_at, voucher_id=new_id())
        )
    taken = [_next_of(waiting, each.reward_id) for each in wanted]
    marked = [each for each in taken if each]
    if marked:
        run(_MARK, [at, [each.id for each in marked], [each.voucher_id for each in marked]])
    return taken


def _next_of(waiting: dict[Id, list[TakenCode]], reward_id: Id) -> TakenCode | None:
    there = waiting.get(reward_id)
    return there.pop(0) if there else None


def _columns(
    program: Program,
    reward_id: Id,
    rows: Sequence[PoolRow],
    first: dict[bytes, int],
    ids: dict[int, Id],
    at: datetime,
) -> list[Any]:
    places = list(first.values())
    return [
        program.pk,
        reward_id,
        pepper_version(),
        at,
        [ids[place] for place in places],
        list(first),
        [last_four(rows[place].code) for place in places],
        [seal_code(rows[place].code, about=ids[place], pin=rows[place].pin) for place in places],
        [rows[place].value for place in places],
        [rows[place].ends_at for place in places],
        program.pk,
    ]
