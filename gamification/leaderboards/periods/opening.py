"""Opening: a board has the period of now, those that deeds fall in since it opened, and one for ever (G-79, G-88)."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from gamification.criteria.measures.spans import Span, spans_between
from gamification.leaderboards.boards.keys import EVER_SPAN, NEVER, span_at
from gamification.leaderboards.boards.terms import Board
from gamification.leaderboards.kinds import BITS_DEFAULT, BITS_MIN, EVER, PeriodState
from gamification.leaderboards.models import BoardPeriod
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.calendar import Unit

SECRET_BYTES: Final = 16
SPANS_MAX: Final = 400  # of one board in one go: a year of days that nobody was there

_HIGHEST = """
    SELECT DISTINCT ON (period.definition_id) period.definition_id, coalesce(
        (SELECT score FROM gamification_boardscore WHERE period_id = period.id AND shown AND score > 0
         ORDER BY minus_score LIMIT 1), 0)
    FROM gamification_boardperiod AS period
    WHERE period.definition_id = ANY(%s::uuid[]) AND period.key <> 'ever'
    ORDER BY period.definition_id, period.starts_at DESC
"""


@inside_unit_of_work
def ensure_periods(boards: Iterable[Board], *, first: datetime, last: datetime) -> bool:
    """Have every period of these boards between two instants, from the opening of the board on; True if one is new.

    A period keeps the version under which it began; what a new version starts, starts after it (G-22). Three
    statements for any number of boards.
    """
    wanted = [(board, span) for board in boards for span in _spans(board, first=first, last=last)]
    taken = _taken(wanted)
    missing = [
        (board, left)
        for board, span in wanted
        if (left := _left_of(span, taken[board.live.definition_id])) is not None
    ]
    if not missing:
        return False
    definition_ids = sorted({board.live.definition_id for board, _span in missing})
    highest: dict[Id, int] = dict(run(_HIGHEST, [definition_ids]))
    BoardPeriod.objects.bulk_create(
        [
            _period(board, span, bits=_bits(highest.get(board.live.definition_id, 0)), at=last)
            for board, span in missing
        ],
        ignore_conflicts=True,
    )
    return True


@inside_unit_of_work
def renew_ever(board: Board) -> None:
    """What runs for ever goes by the wording in force; calendar periods keep the one under which they began."""
    rows = BoardPeriod.objects.filter(definition_id=board.live.definition_id, key=EVER)
    rows.exclude(version_id=board.live.version_id).update(version_id=board.live.version_id)


def _taken(wanted: Sequence[tuple[Board, Span]]) -> defaultdict[Id, list[Span]]:
    """The periods that are there, by board; of all times that matter here."""
    since = min((span.starts_at for _board, span in wanted if span.key != EVER), default=NEVER)
    rows = BoardPeriod.objects.filter(
        definition_id__in={board.live.definition_id for board, _span in wanted}, ends_at__gt=since
    )
    taken: defaultdict[Id, list[Span]] = defaultdict(list)
    for definition_id, key, starts_at, ends_at in rows.values_list(
        "definition_id", "key", "starts_at", "ends_at"
    ):
        taken[definition_id].append(Span(key=key, starts_at=starts_at, ends_at=ends_at))
    return taken


def _left_of(span: Span, taken: Sequence[Span]) -> Span | None:
    """What of a span is free: from the end of a period of an older version on, or nothing."""
    others = [each for each in taken if each.key != EVER]
    if any(each.key == span.key for each in taken):
        return None
    if span.key == EVER:
        return span
    within = [each.ends_at for each in others if each.starts_at <= span.starts_at < each.ends_at]
    starts_at = max([span.starts_at, *within])
    is_free = starts_at < span.ends_at and not any(
        each.starts_at < span.ends_at and each.ends_at > starts_at for each in others
    )
    return replace(span, starts_at=starts_at) if is_free else None


def _spans(board: Board, *, first: datetime, last: datetime) -> list[Span]:
    opened = board.live.opened_at
    spans = [EVER_SPAN]
    if (
        board.unit is Unit.EVER
        or last < span_at(board.unit, opened, zone=board.live.zone).starts_at
    ):
        return spans
    earliest = max(first, opened)
    found = spans_between(board.unit, min(earliest, last), last, zone=board.live.zone)
    if opened > last:
        found = [span_at(board.unit, opened, zone=board.live.zone)]
    return spans + found[-SPANS_MAX:]


def _period(board: Board, span: Span, *, bits: int, at: datetime) -> BoardPeriod:
    is_ever = span.key == EVER
    return BoardPeriod(
        definition_id=board.live.definition_id,
        version_id=board.live.version_id,
        key=span.key,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        closes_at=span.ends_at
        if is_ever
        else board.grace.after(span.ends_at, zone=board.live.zone),
        state=PeriodState.OPEN if span.starts_at <= at else PeriodState.SCHEDULED,
        bucket_bits=bits,
        secret=secrets.token_bytes(SECRET_BYTES),
        prizes_through=None if is_ever else 0,
    )


def _bits(highest: int) -> int:
    """Half the bits of the highest score before, so that buckets and steps within one are as many (G-88)."""
    return max(BITS_MIN, highest.bit_length() // 2) if highest else BITS_DEFAULT
