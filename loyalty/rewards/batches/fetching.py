"""Fetching: the codes of a batch leave once, as a file, to whoever asked for it, within seven days (W-45, S-52)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.access import auditing
from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind, NotFound
from loyalty.foundation.units import unit_of_work
from loyalty.programs.models import Program
from loyalty.rewards.codes.keeping import unseal_code
from loyalty.rewards.codes.spelling import show_code
from loyalty.rewards.models import VoucherBatch
from loyalty.rewards.voucher_kinds import BATCH_FILE_LASTS, BatchState

_FETCH: Final = """
    UPDATE loyalty_voucherbatch SET fetched_at = %s
    WHERE program_id = %s AND id = %s AND state = 'made' AND fetched_at IS NULL AND forgotten_at IS NULL
      AND made_at > %s AND maker_kind = %s AND maker_id = %s
    RETURNING id
"""
_CODES: Final = """
    SELECT id, sealed, ends_at FROM loyalty_voucher WHERE batch_id = %s AND sealed IS NOT NULL ORDER BY id
"""


class BatchNotFetchable(DomainError):
    """The file leaves once, to its maker, within seven days of being made."""

    code = "batch_not_fetchable"
    kind = Kind.CONFLICT
    title = _("No file to fetch")
    detail = _("The codes are not made yet, were fetched before, or belong to somebody else.")


@unit_of_work
def fetch_codes(
    *, program: Program, batch_id: Id, actor: Actor, at: datetime
) -> list[tuple[str, datetime | None]]:
    """Every code of the batch with its end, this once; leaves an audit row. Raises NotFound, BatchNotFetchable."""
    batch = VoucherBatch.objects.filter(program=program, pk=batch_id).first()
    if batch is None:
        raise NotFound
    values = [at, program.pk, batch_id, at - BATCH_FILE_LASTS, actor.kind.value, actor.id]
    if not run(_FETCH, values):
        raise BatchNotFetchable
    auditing.record(
        auditing.Deed(
            program_id=program.pk,
            actor=actor,
            action="batch.fetched",
            at=at,
            object_kind="batch",
            object_id=batch.shown_id,
            changes={"count": batch.made},
        )
    )
    return [
        (show_code(unseal_code(sealed, about=voucher_id)[0]), ends_at)
        for voucher_id, sealed, ends_at in run(_CODES, [batch_id])
    ]


def lines_of(codes: list[tuple[str, datetime | None]]) -> Iterator[str]:
    """The file: a code and its end in each line; codes begin with no sign that a spreadsheet would run (S-51)."""
    yield "code,ends_at\r\n"
    for code, ends_at in codes:
        yield f"{code},{ends_at.isoformat() if ends_at else ''}\r\n"


def is_fetchable(batch: VoucherBatch, *, actor: Actor, at: datetime) -> bool:
    """Whether this person may fetch the file now."""
    return (
        batch.state == BatchState.MADE
        and batch.fetched_at is None
        and batch.forgotten_at is None
        and batch.made_at is not None
        and at < batch.made_at + BATCH_FILE_LASTS
        and (batch.maker_kind, batch.maker_id) == (actor.kind.value, actor.id)
    )
