"""P-6: the rank of one of ten million members, exact and in SQL alone, beside a sorted set in Valkey (G-86, G-107).

The rows are made by one statement, so the trigger, the folder and the index are the product's own.
"""

import os
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import redis
from django.utils import timezone

from benchmarks.ground import a_program, run, vacuum
from benchmarks.measuring import Cost, Figure, cost_of, in_turn
from gamification.criteria.models import Definition, DefinitionVersion
from gamification.leaderboards.ranks.browsing import around
from gamification.leaderboards.ranks.folding import fold
from gamification.leaderboards.ranks.ranking import Histogram, Spot, ranked, standing_of
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.proofs.proving import snapshot

MEMBERS = 10_000_000
SCORES = 1_000_000
BITS = 10
ASKED = 500
ROUNDS = 7
P99_MS_MAX = 15.0
SORTED_SETS_MAX = 50
BUILD_SECONDS_MAX = 10.0
MOVED = 10_000  # members whose scores wait to be folded while ranks are asked
KEY = "bench:board"

_FILL = """
    INSERT INTO gamification_boardscore (period_id, member_id, score, reached_at, tie, shown)
    SELECT %s, lpad(to_hex(n), 32, '0')::uuid, 1 + n * 7919 %% %s, %s::timestamptz + n * interval '1 millisecond',
           n * 104729 %% 1000003, true
    FROM generate_series(1, %s::bigint) AS n
"""
_MOVE = """
    UPDATE gamification_boardscore SET score = score + 1
    WHERE period_id = %s AND member_id = lpad(to_hex(%s::bigint), 32, '0')::uuid
"""
_SORTED = (
    "for n = ARGV[1], ARGV[2] do"
    " redis.call('ZADD', KEYS[1], 1 + n * 7919 % tonumber(ARGV[3]), n) end"
)
_CHUNK = 100_000


def figures(seed: int, *, members: int = MEMBERS) -> list[Figure]:
    """Rank by rank, one after the other, of members drawn by lot; the sorted set in turn."""
    board, filled, built = a_board(members)
    spots = drawn(board, members, seed=seed)
    cache = a_sorted_set(members)
    try:
        half = _half_folded(board, members, spots)
        quiet = _latencies(lambda spot: standing_of(board, spot), spots)
        near = _latencies(lambda spot: neighbours(board, spot), spots)
        ours, theirs = in_turn(
            lambda: _each(lambda spot: standing_of(board, spot), spots),
            lambda: _each(lambda spot: cache.zcount(KEY, f"({spot.score}", "+inf"), spots),
            rounds=ROUNDS,
        )
    finally:
        cache.delete(KEY)
        cache.close()
    ratio = ours.middle("wall") / theirs.middle("wall")
    return [
        Figure(
            "P-6",
            f"rank, dense rank and place of one of {members:,} members, SQL only",
            f"{_p99(quiet):.1f} ms p99, {_middle(quiet):.2f} ms in the middle",
            f"≤ {P99_MS_MAX:.0f} ms p99",
            _p99(quiet) <= P99_MS_MAX,
            f"{_p99(half):.1f} ms p99 while {MOVED:,} moves wait to be folded;"
            f" a page of five around one: {_p99(near):.1f} ms p99",
        ),
        Figure(
            "P-6",
            "the same, of a sorted set in Valkey",
            f"{ratio:.1f} ×",
            f"≤ {SORTED_SETS_MAX} ×",
            ratio <= SORTED_SETS_MAX,
            f"{theirs.middle('wall'):.2f} ms a ZCOUNT",
        ),
        Figure(
            "P-6",
            f"folding what filling the board with {members:,} rows told",
            f"{built:.1f} s",
            f"≤ {BUILD_SECONDS_MAX:.0f} s",
            built <= BUILD_SECONDS_MAX,
            f"filling took {filled:,.0f} s",
        ),
    ]


def a_board(members: int) -> tuple[Histogram, float, float]:
    """A period with so many members, folded; seconds that filling and folding took."""
    period_id, now = new_id(), timezone.now()
    a_period_row(period_id, a_wording(now), now)
    begun = time.perf_counter()
    run(_FILL, [period_id, SCORES, now, members])
    filled, begun = time.perf_counter() - begun, time.perf_counter()
    while fold(period_id=period_id):
        pass
    built = time.perf_counter() - begun
    vacuum(
        "gamification_boardscore",
        "gamification_boardstep",
        "gamification_boardbucket",
        "gamification_boarddelta",
    )
    return Histogram(period_id=period_id, bits=BITS), filled, built


def a_wording(now: datetime) -> DefinitionVersion:
    """A board that nobody lives by: only the histogram is measured."""
    program, _stars = a_program("board")
    definition = Definition.objects.create(
        program=program, game="leaderboard", slug="bench", created_at=now
    )
    return DefinitionVersion.objects.create(
        definition=definition, number=1, settings={}, zone="UTC", drafted_at=now
    )


def a_period_row(period_id: Id, version: DefinitionVersion, now: datetime) -> None:
    """Its period without end."""
    run(
        """
        INSERT INTO gamification_boardperiod
            (id, definition_id, version_id, key, starts_at, ends_at, closes_at, state, bucket_bits, secret,
             is_pruned)
        VALUES (%s, %s, %s, 'ever', %s, %s, %s, 'open', %s, '', false)
        """,
        [
            period_id,
            version.definition_id,
            version.pk,
            now,
            now + timedelta(days=1),
            now + timedelta(days=2),
            BITS,
        ],
    )


def drawn(board: Histogram, members: int, *, seed: int) -> list[Spot]:
    """Members by lot, with what their rows say."""
    dice = random.Random(seed)
    ids = [Id(int=dice.randint(1, members)) for _ in range(ASKED)]
    rows = run(
        "SELECT member_id, score, reached_at, tie FROM gamification_boardscore"
        " WHERE period_id = %s AND member_id = ANY (%s::uuid[])",
        [board.period_id, ids],
    )
    return [Spot(member_id=m, score=s, reached_at=r, tie=t) for m, s, r, t in rows]


def a_sorted_set(members: int) -> "redis.Redis":
    """The same scores in Valkey."""
    cache = redis.Redis.from_url(os.environ["VALKEY_URL"], decode_responses=True)
    cache.config_set("maxmemory", 0)  # ten million are more than a cache is let have
    fill = cache.register_script(_SORTED)
    for first in range(1, members + 1, _CHUNK):
        fill(keys=[KEY], args=[first, min(first + _CHUNK - 1, members), SCORES])
    return cache


def neighbours(board: Histogram, spot: Spot) -> None:
    """A page of five around somebody, as the door asks for it."""
    with snapshot():
        page = around(board, spot, before=2, after=2)
        ranked(board, page, first=standing_of(board, page[0]))


def _half_folded(board: Histogram, members: int, spots: list[Spot]) -> list[float]:
    """Ranks while the folder has not come by yet; it comes at the end."""
    step = max(1, members // MOVED)
    for number in range(1, min(members, step * MOVED), step):
        run(_MOVE, [board.period_id, number])
    told = _latencies(lambda spot: standing_of(board, spot), spots)
    while fold(period_id=board.period_id):
        pass
    vacuum("gamification_boarddelta", "gamification_boardstep", "gamification_boardbucket")
    return told


def _latencies(ask: Callable[[Spot], object], spots: list[Spot]) -> list[float]:
    """Milliseconds of each, in rising order; a first round warms what a running service has warm."""
    told: list[float] = []
    for is_counted in (False, True):
        for spot in spots:
            begun = time.perf_counter()
            ask(spot)
            if is_counted:
                told.append((time.perf_counter() - begun) * 1_000)
    return sorted(told)


def _each(ask: Callable[[Spot], object], spots: list[Spot]) -> Cost:
    def work() -> None:
        for spot in spots:
            ask(spot)

    return cost_of(work, pieces=len(spots))


def _p99(told: list[float]) -> float:
    return told[len(told) * 99 // 100]


def _middle(told: list[float]) -> float:
    return told[len(told) // 2]
