"""Writing: fresh vouchers become rows, each code once. One statement for any number; another only if codes collide."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.models import Program
from loyalty.rewards.codes.keeping import (
    foreign_digest,
    last_four,
    own_digest,
    pepper_version,
    seal_code,
)
from loyalty.rewards.codes.spelling import draw_code
from loyalty.rewards.kinds import Origin, RewardKind

DRAWS_MAX: Final = 5  # 40 random bits and a million codes: a second draw is one in a million
# Sorted by the unique key, or two of these deadlock.
_INSERT: Final = """
    INSERT INTO loyalty_voucher (id, program_id, redemption_id, revision_id, batch_id, number, kind, state, digest,
                                 pepper, last_four, sealed, is_foreign, member_id, is_bound, origin, origin_event_id,
                                 issued_at, starts_at, ends_at, reserved_key, order_key)
    SELECT id, %s, redemption_id, revision_id, batch_id, number, kind, 'issued', digest,
           %s, last_four, sealed, is_foreign, member_id, is_bound, origin, origin_event_id,
           %s, starts_at, ends_at, '', ''
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::smallint[], %s::text[], %s::bytea[],
                %s::text[], %s::bytea[], %s::boolean[], %s::uuid[], %s::boolean[], %s::text[], %s::uuid[],
                %s::timestamptz[], %s::timestamptz[])
         AS told (id, redemption_id, revision_id, batch_id, number, kind, digest,
                  last_four, sealed, is_foreign, member_id, is_bound, origin, origin_event_id, starts_at, ends_at)
    ORDER BY digest
    ON CONFLICT (program_id, digest) DO NOTHING
    RETURNING id
"""


@dataclass(kw_only=True, slots=True)
class Fresh:
    """A voucher that is being made. `code` is as it was read, or a foreign one in its own spelling."""

    kind: RewardKind
    origin: Origin
    symbols: int
    id: Id = field(default_factory=new_id)
    code: str = ""
    pin: str = ""
    is_foreign: bool = False
    redemption_id: Id | None = None
    revision_id: Id | None = None
    batch_id: Id | None = None
    number: int = 1
    member_id: Id | None = None
    is_bound: bool = False
    origin_event_id: Id | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    digest: bytes = b""

    @property
    def last_four(self) -> str:
        return last_four(self.code)


@inside_unit_of_work
def write_vouchers(*, program: Program, vouchers: Sequence[Fresh], at: datetime) -> list[Fresh]:
    """Insert these, drawing their codes; a code that is taken already is drawn again. Answers who is left out.

    Left out are only foreign codes that the programme knows already: those cannot be drawn again.
    """
    missing = list(vouchers)
    for _draw in range(DRAWS_MAX):
        fresh = [each for each in missing if not (each.is_foreign and each.digest)]
        if not fresh:
            break
        for each in fresh:
            _name(each, program=program)
        there = {row[0] for row in run(_INSERT, _columns(program, fresh, at))}
        missing = [each for each in missing if each.id not in there]
    assert all(each.is_foreign for each in missing), "the system's random source repeats itself"
    return missing


def _name(voucher: Fresh, *, program: Program) -> None:
    if voucher.is_foreign:
        voucher.digest = foreign_digest(voucher.code, program=program)
    else:
        voucher.code = draw_code(voucher.symbols)
        voucher.digest = own_digest(voucher.code, program=program)


def _columns(program: Program, vouchers: Sequence[Fresh], at: datetime) -> list[Any]:
    return [
        program.pk,
        pepper_version(),
        at,
        [each.id for each in vouchers],
        [each.redemption_id for each in vouchers],
        [each.revision_id for each in vouchers],
        [each.batch_id for each in vouchers],
        [each.number for each in vouchers],
        [each.kind.value for each in vouchers],
        [each.digest for each in vouchers],
        [each.last_four for each in vouchers],
        [seal_code(each.code, about=each.id, pin=each.pin) for each in vouchers],
        [each.is_foreign for each in vouchers],
        [each.member_id for each in vouchers],
        [each.is_bound for each in vouchers],
        [each.origin.value for each in vouchers],
        [each.origin_event_id for each in vouchers],
        [each.starts_at for each in vouchers],
        [each.ends_at for each in vouchers],
    ]
