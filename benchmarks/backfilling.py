"""P-21: a badge published for a past of 100,000 members; the process is killed (-9) half-way and another goes on (G-26)."""

import subprocess
import sys
import time

from django.db import connection

from benchmarks.ground import BENCH, NOW, a_program, run, some_members, vacuum
from benchmarks.measuring import Figure
from gamification.criteria.kinds import PAGE
from gamification.criteria.life.backfilling import BACKFILL
from loyalty.jobs.models import ScheduleRun
from loyalty.programs.documents import FORMAT, apply_program
from loyalty.programs.models import Program

MEMBERS = 100_000
ORDERS_MAX = 6  # of the n-th member: n modulo this
INTO_A_PAGE_SECONDS = 0.3  # its rows are being written then
SECONDS_MAX = 600.0
BADGE = {
    "name": {"en": "Regular"},
    "condition": {"measure": {"kind": "deeds.count", "of": "order.paid"}},
    "tiers": [
        {"slug": "one", "target": 1},
        {"slug": "three", "target": 3, "prize": {"kind": "points", "currency": "xp", "points": 20}},
    ],
}

_PAST = """
    INSERT INTO gamification_deed (id, program_id, member_id, kind, source, source_id, line, sku, categories, place,
        attributes, quantity, amount, points, returned_quantity, returned_amount, returned_points, occurred_at,
        recorded_at, is_imported, is_prize, is_disregarded)
    SELECT gen_random_uuid(), %s, m.id, 'order.paid', 'event', gen_random_uuid(), 0, '', '{}', '', '{}', 1, 1000, 0,
           0, 0, 0, %s::timestamptz - n * interval '1 day', %s::timestamptz - n * interval '1 day', false, false, false
    FROM unnest(%s::uuid[]) WITH ORDINALITY AS m (id, place), generate_series(1, m.place %% %s) AS n
"""
_HELD = """
    SELECT m.external_id, a.tier, a.state, a.earned_at, g.state, g.amount
    FROM gamification_award a JOIN loyalty_member m ON m.id = a.member_id
    LEFT JOIN gamification_prizegrant g
           ON g.definition_id = a.badge_id AND g.member_id = a.member_id AND g.item = a.tier
    WHERE a.badge_id = %s ORDER BY 1, 2
"""
_PAID = "SELECT count(*), coalesce(sum(points), 0) FROM loyalty_entry WHERE program_id = %s"


def figures(seed: int, *, members: int = MEMBERS) -> list[Figure]:
    """The same badge twice on the same past: once left alone, once killed in the middle and taken up."""
    program, _stars = a_program("backfill")
    people = some_members(program, members, prefix=f"b{seed}-")
    run(_PAST, [program.pk, NOW, NOW, people, ORDERS_MAX])
    vacuum("loyalty_member", "gamification_deed")

    calm = _published(program, "calm")
    begun = time.monotonic()
    assert _filling(calm).wait() == 0
    seconds = time.monotonic() - begun
    paid = run(_PAID, [program.pk])

    killed = _published(program, "killed")
    before = _killed(killed, pages=members // PAGE // 2)
    assert _filling(killed, number=1).wait() == 0

    held, again = run(_HELD, [_badge(calm)]), run(_HELD, [_badge(killed)])
    both = run(_PAID, [program.pk])
    is_equal = bool(held) and held == again and both == [(2 * n, 2 * points) for n, points in paid]
    return [
        Figure(
            "P-21",
            f"a badge of two tiers and a prize given to {members:,} members of a past ({len(held):,} awards)",
            f"{seconds:,.0f} s",
            f"≤ {SECONDS_MAX:,.0f} s",
            seconds <= SECONDS_MAX,
            f"{seconds / members * 1_000:.2f} ms a member",
        ),
        Figure(
            "P-21",
            f"the same killed with -9 after {before:,} pages and taken up by another process",
            "equal to the undisturbed one" if is_equal else "different",
            "equal, each prize once",
            is_equal,
        ),
    ]


def _published(program: Program, slug: str) -> ScheduleRun:
    """The badge in force; the backfill that was asked for."""
    document = {"format": FORMAT, "badges": [BADGE | {"slug": slug}]}
    apply_program(document=document, actor=BENCH, at=NOW, own=program)
    return ScheduleRun.objects.filter(program_id=program.pk, job=BACKFILL).latest("pk")


def _badge(filled: ScheduleRun) -> str:
    return str(filled.argument["definition"])


def _killed(filled: ScheduleRun, *, pages: int) -> int:
    """A process that is killed in the middle of the page after these; how many pages stayed."""
    process = _filling(filled)
    assert process.stdout
    for _ in range(pages + 1):
        process.stdout.readline()
    time.sleep(INTO_A_PAGE_SECONDS)
    process.kill()
    assert process.wait() < 0, "it ended before it could be killed"
    filled.refresh_from_db()
    assert filled.cursor, "it stopped nowhere"
    return int(filled.chunks)


def _filling(filled: ScheduleRun, *, number: int = 0) -> "subprocess.Popen[str]":
    name = connection.settings_dict["NAME"]
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.filling", str(name), str(filled.pk), str(number)],
        stdout=subprocess.PIPE,
        text=True,
    )
