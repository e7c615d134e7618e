"""Forgetting: sealed copies go 90 days after the end, and those of a batch once its file was fetched (W-34, W-45)."""

from datetime import date, datetime
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.models import Program
from loyalty.rewards.catalogue.stocking import drop_pieces
from loyalty.rewards.voucher_kinds import BATCH_FILE_LASTS, SEALED_AFTER_END

AT_ONCE_MAX: Final = 5_000
# What has no end ends when it was used; what was cancelled has ended then.
_OF_ENDED: Final = """
    UPDATE loyalty_voucher v SET sealed = NULL
    FROM (SELECT id FROM loyalty_voucher
          WHERE program_id = %s AND sealed IS NOT NULL
            AND LEAST(COALESCE(ends_at, redeemed_at), cancelled_at) <= %s
          ORDER BY id LIMIT %s FOR NO KEY UPDATE) ended
    WHERE v.id = ended.id RETURNING 1
"""
_OF_BATCHES: Final = """
    UPDATE loyalty_voucher v SET sealed = NULL
    FROM (SELECT v.id FROM loyalty_voucher v JOIN loyalty_voucherbatch b ON b.id = v.batch_id
          WHERE b.program_id = %s AND v.sealed IS NOT NULL AND b.forgotten_at IS NULL
            AND (b.fetched_at IS NOT NULL OR b.made_at <= %s)
          ORDER BY v.id LIMIT %s FOR NO KEY UPDATE OF v) over
    WHERE v.id = over.id RETURNING 1
"""
_BATCHES: Final = """
    UPDATE loyalty_voucherbatch SET forgotten_at = %s
    WHERE program_id = %s AND forgotten_at IS NULL AND (fetched_at IS NOT NULL OR made_at <= %s)
"""
_POOLS: Final = """
    SELECT reward_id FROM loyalty_poolcode
    WHERE program_id = %s AND taken_at IS NULL AND ended_at IS NULL AND ends_at <= %s GROUP BY reward_id
"""
_OF_POOLS: Final = """
    UPDATE loyalty_poolcode SET ended_at = %s, sealed = NULL
    WHERE reward_id = ANY(%s::uuid[]) AND taken_at IS NULL AND ended_at IS NULL AND ends_at <= %s
    RETURNING reward_id
"""


@inside_unit_of_work
def forget_codes(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Remove the sealed copies of vouchers that ended 90 days ago, and of batches that are over; by thousands."""
    ended = run(_OF_ENDED, [program.pk, at - SEALED_AFTER_END, AT_ONCE_MAX])
    over = run(_OF_BATCHES, [program.pk, at - BATCH_FILE_LASTS, AT_ONCE_MAX])
    if AT_ONCE_MAX in {len(ended), len(over)}:
        return f"{int(cursor or 0) + 1}"
    run(_BATCHES, [at, program.pk, at - BATCH_FILE_LASTS])
    return None


@inside_unit_of_work
def end_pool_codes(*, program: Program, at: datetime) -> int:
    """Pool codes past their end are handed out no more and leave the stock; answers how many."""
    rewards = [row[0] for row in run(_POOLS, [program.pk, at])]
    if not rewards:
        return 0
    drop_pieces(
        pieces=dict.fromkeys(rewards, 0)
    )  # holds the stock: whoever takes a code takes a piece first
    gone = [row[0] for row in run(_OF_POOLS, [at, rewards, at])]
    drop_pieces(pieces={each: gone.count(each) for each in set(gone)})
    return len(gone)
