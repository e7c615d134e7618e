"""P-16: the reviews of 100,000 members in one night, and P-17: a ladder previewed on all of them (T-40, V-95)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from importlib import import_module

from benchmarks.ground import NOW, a_program, run, some_accounts, some_members, vacuum
from benchmarks.measuring import Figure, cost_of
from loyalty.foundation.ids import Id
from loyalty.foundation.units import run as in_a_unit
from loyalty.programs.calendar import midnight
from loyalty.programs.models import Program
from loyalty.tiers.ladders.drafting import defined, draft, live_revision
from loyalty.tiers.ladders.publishing import publish
from loyalty.tiers.midnights.turning import turn_members
from loyalty.tiers.models import LadderRevision
from loyalty.tiers.telling.previewing import preview_ladder

MEMBERS = 100_000
DAYS_EACH = 12  # a purchase a month
LIMIT_SECONDS = 300
PREVIEW_SECONDS_PER_MILLION = 60
MILLION = 1_000_000
REVIEW_ON = date(2026, 3, 1)
BEFORE = NOW - timedelta(days=1)  # a preview looks at reviews that are still to come
# Everybody reached the upper tier a year ago; a third has kept it since, a third is short, a third bought nothing.
_DAYS = """
    INSERT INTO loyalty_tierday (member_id, day, program_id, points, spend, orders)
    SELECT member_id, %s::date - (30 * month) + (place %% 7)::int, %s, (place %% 3) * 20 + 1, 1000, 1
    FROM unnest(%s::uuid[]) WITH ORDINALITY AS m (member_id, place), generate_series(0, %s - 1) AS month
"""
_STANDINGS = """
    INSERT INTO loyalty_standing (member_id, program_id, revision_id, slug, how, qualified_on, counted_through, through,
                                  next_slug, in_force, since, moves, due_at, noticed_for)
    SELECT member_id, %s, %s, %s, 'reached', %s, %s, %s, '', %s, %s, 1, %s, '[]'
    FROM unnest(%s::uuid[]) AS m (member_id)
"""
_MOVES = """
    INSERT INTO loyalty_tiermove (id, member_id, program_id, revision_id, number, cause, from_slug, to_slug,
                                  standing_from, standing_to, day, effective_from, at)
    SELECT member_id, member_id, %s, %s, 1, 'reached', %s, %s, %s, %s, %s, %s, %s FROM unnest(%s::uuid[]) AS m (member_id)
"""


def figures(seed: int, *, members: int = MEMBERS) -> list[Figure]:
    """One night of reviews, an hour of grace none: every member is renewed or drops; then one preview of a draft."""
    import_module("loyalty.receivers")
    program, people = a_full_house(members)
    live = LadderRevision.objects.get(ladder__program=program, state="live")
    previewed = preview(program, members)
    at = midnight(REVIEW_ON, program.zone)
    cost = cost_of(lambda: night(program, at), pieces=members)
    seconds = cost.wall * members / 1_000
    ((left,),) = run("SELECT count(*) FROM loyalty_standing WHERE due_at <= %s", [at])
    ((decided,),) = run("SELECT count(*) FROM loyalty_tiermove WHERE cause = 'review'")
    assert (left, decided) == (0, members), (seed, left, decided, live.number, len(people))
    # By CPU of both sides: what it takes where nothing else runs beside it.
    whole = min(cost.cpu, cost.wall) * MEMBERS / 1_000
    return [
        Figure(
            "P-16",
            f"{members:,} members reviewed in one night, 1,000 a unit",
            f"{cost.cpu * members / 1_000:,.0f} CPU-s, {seconds:,.0f} s; each reviewed once",
            f"≤ {LIMIT_SECONDS} s per {MEMBERS:,}",
            whole <= LIMIT_SECONDS,
            f"{cost.cpu:.3f} CPU-ms a member, {cost.app:.3f} of it Python",
        ),
        previewed,
    ]


def preview(program: Program, members: int) -> Figure:
    """A draft with other thresholds, looked at on all members."""
    live = live_revision(program)
    assert live is not None
    told = defined(live)
    told["tiers"] = [tier | {"reach": tier["reach"] * 2} for tier in told["tiers"]]
    revision = draft(program=program, told=told, author="bench", at=NOW)
    found = []
    cost = cost_of(
        lambda: found.append(preview_ladder(program=program, revision=revision, at=BEFORE)),
        pieces=members,
    )
    assert found[0].members == members
    seconds = cost.wall * members / 1_000
    per_million = min(cost.cpu, cost.wall) * MILLION / 1_000
    return Figure(
        "P-17",
        f"a changed ladder previewed on {members:,} members of {DAYS_EACH} days each",
        f"{cost.cpu * members / 1_000:,.1f} CPU-s, {seconds:,.1f} s; {per_million:,.0f} s per million",
        f"≤ {PREVIEW_SECONDS_PER_MILLION} s per million",
        per_million <= PREVIEW_SECONDS_PER_MILLION,
        f"{cost.cpu:.3f} CPU-ms a member, {cost.app:.3f} of it Python",
    )


def night(program: Program, at: datetime) -> None:
    """The job of one midnight, chunk by chunk, as the worker runs it."""
    cursor: str | None = None
    begun = False
    while cursor or not begun:
        begun, told = True, cursor
        cursor = in_a_unit(
            lambda told=told: turn_members(  # type: ignore[misc]
                program=program, day=REVIEW_ON, cursor=told, at=at
            )
        )


def a_full_house(members: int) -> tuple[Program, list[Id]]:
    """So many members whose upper tier is reviewed that night, with a year of days."""
    program, currency = a_program("review")
    told = {
        "currency": currency.slug,
        "grace": "P0D",
        "tiers": [
            {"slug": "green", "name": {"en": "Green"}},
            {"slug": "gold", "name": {"en": "Gold"}, "reach": 300},
        ],
    }
    revision = _published(program, told)
    people = some_members(program, members, prefix="r")
    some_accounts(program, currency, people)
    through = REVIEW_ON - timedelta(days=1)
    reached_on = through - timedelta(days=380)
    since = midnight(reached_on, program.zone)
    due = midnight(REVIEW_ON, program.zone)
    run(_DAYS, [through, program.pk, people, DAYS_EACH])
    standing = ["gold", reached_on, reached_on, through, "gold", since, due]
    run(_STANDINGS, [program.pk, revision.pk, *standing, people])
    move = ["green", "gold", "green", "gold", reached_on, since, since]
    run(_MOVES, [program.pk, revision.pk, *move, people])
    vacuum("loyalty_tierday", "loyalty_standing", "loyalty_tiermove", "loyalty_account")
    return program, people


def _published(program: Program, told: Mapping[str, object]) -> LadderRevision:
    revision = draft(program=program, told=told, author="bench", at=NOW)
    publish(program=program, revision=revision, at=NOW)
    LadderRevision.objects.filter(pk=revision.pk).update(applied_at=NOW)
    return revision
