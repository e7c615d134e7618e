"""Stocking: pieces left of rewards. Every change is one conditional update; nobody reads, thinks and then writes (W-11)."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import inside_unit_of_work

# Locked in ascending order (W-75); a reward without a row is unlimited and not answered.
_TAKE: Final = """
    WITH wanted AS (
        SELECT s.reward_id, s.left, w.pieces
        FROM loyalty_rewardstock s JOIN unnest(%s::uuid[], %s::bigint[]) AS w (reward_id, pieces) USING (reward_id)
        WHERE s.is_limited ORDER BY s.reward_id FOR NO KEY UPDATE OF s
    )
    UPDATE loyalty_rewardstock s SET "left" = s.left - LEAST(s.left, wanted.pieces)
    FROM wanted WHERE s.reward_id = wanted.reward_id
    RETURNING s.reward_id, LEAST(wanted.left, wanted.pieces), s.left
"""
_PUT_BACK: Final = """
    WITH back AS (
        SELECT s.reward_id, w.pieces
        FROM loyalty_rewardstock s JOIN unnest(%s::uuid[], %s::bigint[]) AS w (reward_id, pieces) USING (reward_id)
        ORDER BY s.reward_id FOR NO KEY UPDATE OF s
    )
    UPDATE loyalty_rewardstock s SET "left" = s.left + back.pieces
    FROM back WHERE s.reward_id = back.reward_id
"""
_ADD: Final = """
    INSERT INTO loyalty_rewardstock AS s (reward_id, total, "left", is_limited)
    SELECT reward_id, pieces, pieces, TRUE FROM unnest(%s::uuid[], %s::bigint[]) AS w (reward_id, pieces) ORDER BY reward_id
    ON CONFLICT (reward_id) DO UPDATE SET total = s.total + EXCLUDED.total, "left" = s.left + EXCLUDED.left
"""
_DROP: Final = """
    WITH gone AS (
        SELECT s.reward_id, LEAST(s.left, w.pieces) AS pieces
        FROM loyalty_rewardstock s JOIN unnest(%s::uuid[], %s::bigint[]) AS w (reward_id, pieces) USING (reward_id)
        ORDER BY s.reward_id FOR NO KEY UPDATE OF s
    )
    UPDATE loyalty_rewardstock s SET total = s.total - gone.pieces, "left" = s.left - gone.pieces
    FROM gone WHERE s.reward_id = gone.reward_id
"""


# From unlimited or another number in all: what was handed out stays handed out.
_SET: Final = """
    INSERT INTO loyalty_rewardstock AS s (reward_id, total, "left", is_limited) VALUES (%s, %s, %s, TRUE)
    ON CONFLICT (reward_id) DO UPDATE
    SET total = EXCLUDED.total, "left" = s.left + EXCLUDED.total - s.total, is_limited = TRUE
    WHERE s.left + EXCLUDED.total - s.total >= 0
    RETURNING s.left
"""
_LIFT: Final = "UPDATE loyalty_rewardstock SET is_limited = FALSE WHERE reward_id = %s"


class StockBelowHandedOut(DomainError):
    """More pieces are out already than there shall have been in all (stock_left_is_within_total)."""

    code = "stock_below_handed_out"
    kind = Kind.REFUSED
    title = _("More are handed out already")
    detail = _("More than {total} pieces of this reward have been handed out.")


@inside_unit_of_work
def set_total(*, reward_id: Id, total: int | None, pointer: str | None = None) -> None:
    """So many pieces in all, counting those that are out; None: unlimited. Raises StockBelowHandedOut."""
    if total is None:
        run(_LIFT, [reward_id])
    elif not run(_SET, [reward_id, total, total]):
        raise StockBelowHandedOut(total=total, pointer=pointer)


@inside_unit_of_work
def take_pieces(*, pieces: Mapping[Id, int]) -> tuple[dict[Id, int], dict[Id, int]]:
    """Take up to so many pieces of each reward: how many were got, and how many are left. Unlimited ones are absent."""
    if not pieces:
        return {}, {}
    rows = run(_TAKE, _columns(pieces))
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}


@inside_unit_of_work
def put_back(*, pieces: Mapping[Id, int]) -> None:
    """Give back pieces that were taken and are free again."""
    if pieces:
        run(_PUT_BACK, _columns(pieces))


@inside_unit_of_work
def add_pieces(*, pieces: Mapping[Id, int]) -> None:
    """More pieces of these rewards: delivered goods, imported codes."""
    if pieces:
        run(_ADD, _columns(pieces))


@inside_unit_of_work
def drop_pieces(*, pieces: Mapping[Id, int]) -> None:
    """Fewer pieces of these rewards, as far as they are left: spoiled goods, codes past their end."""
    if pieces:
        run(_DROP, _columns(pieces))


def _columns(pieces: Mapping[Id, int]) -> list[object]:
    ids = sorted(pieces)
    return [ids, [pieces[each] for each in ids]]
