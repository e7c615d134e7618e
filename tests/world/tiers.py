"""Tiers of the Corner Café: its ladder, points that count, and the midnights that members live through."""

from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from loyalty.foundation.units import run
from loyalty.ledger.claiming import claim
from loyalty.ledger.kinds import EntryKind
from loyalty.ledger.models import Entry
from loyalty.ledger.rows.claims import ClaimWish
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.calendar import local_day, midnight
from loyalty.programs.models import Program
from loyalty.tiers.book import open_book
from loyalty.tiers.counting import Counted, count_orders
from loyalty.tiers.giving.granting import GrantWish, grant
from loyalty.tiers.kinds import GrantSource
from loyalty.tiers.midnights.applying import apply_to_members
from loyalty.tiers.midnights.noticing import notice_members
from loyalty.tiers.midnights.turning import turn_members
from loyalty.tiers.models import LadderRevision, Standing, TierDay, TierMove
from loyalty.tiers.telling.showing import show_tiers
from tests.world.ledger import TILL, a_member, moving, posted
from tests.world.programs import a_program, applied, currency_of

TIERS: list[dict[str, Any]] = [
    {"slug": "bronze", "name": {"en": "Bronze"}, "reach": 0},
    {"slug": "silver", "name": {"en": "Silver"}, "reach": 500},
    {"slug": "gold", "name": {"en": "Gold"}, "reach": 1500, "benefits": {"multiplier": "1.5"}},
    {"slug": "platinum", "name": {"en": "Platinum"}, "reach": 4000},
]
_returns = count(1)


def a_ladder(**terms):
    """The part `tiers` of a document: Bronze 0, Silver 500, Gold 1,500, Platinum 4,000, and defaults."""
    return {"currency": "stars", "tiers": TIERS} | terms


def a_cafe(*, zone="Europe/Kyiv", now=None, **terms):
    """A programme with that ladder; `now` stops its clock on a day, for what asks the clock itself."""
    program = a_program(zone=zone, parts={"tiers": a_ladder(**terms)}, test=now is not None)
    if now is not None:
        Program.objects.filter(pk=program.pk).update(test_now=noon(now, program))
        program.refresh_from_db()
    return program


def noon(day, program, *, hour=12, minute=0):
    """An instant of a local day, told as text or date."""
    day = day if isinstance(day, date) else date.fromisoformat(day)
    return datetime.combine(day, time(hour, minute), ZoneInfo(program.zone))


def earned(points, *, by, on, told_at=None, key=None, **rest):
    """Points that count for tiers, earned at noon of a day and told at once, unless said otherwise."""
    occurred_at = on if isinstance(on, datetime) else noon(on, by.program)
    rest = {"kind": EntryKind.EARN, "counts_for_tier": True} | rest
    return posted(
        moving(points, of=by, key=key, occurred_at=occurred_at, **rest), at=told_at or occurred_at
    )


def claimed(points, *, of, earned_on, told_on):
    """A return takes earned points back; they count against the day of the purchase."""
    day = date.fromisoformat(earned_on)
    earning = Entry.objects.filter(
        account__member=of, occurred_at__date=day, kind=EntryKind.EARN
    ).first()
    told_at = noon(told_on, of.program)
    wish = ClaimWish(
        member_id=of.pk,
        currency_id=currency_of(of.program).pk,
        earning_id=earning.pk,
        points=points,
        source_key=f"return/{next(_returns)}",
        occurred_at=told_at,
        counts_for_tier=True,
        day=day,
    )
    return run(partial(claim, program=of.program, wishes=[wish], actor=TILL, at=told_at))


def a_gold_member(program, external_id="ada", **rest):
    """T-G2 and T-G3: Silver on 2026-02-02, Gold on 2026-06-10."""
    member = a_member(program, external_id)
    earned(499, by=member, on="2026-02-01")
    earned(1, by=member, on="2026-02-02")
    earned(1000, by=member, on="2026-06-10", **rest)
    return member


def granted(tier, *, to, until, at, source=GrantSource.STAFF, **rest):
    """A tier given by the shop's server until the midnight that begins this day."""
    end = midnight(date.fromisoformat(until), to.program.zone) if isinstance(until, str) else until
    wish = GrantWish(
        tier=tier,
        until=end,
        source=source,
        reason="goodwill",
        **rest,
    )
    return grant(program=to.program, member_id=to.pk, wish=wish, actor=TILL, is_owner=False, at=at)


def changed_ladder(
    program, *, at, reaches_everybody=True, mapping=None, tiers=None, currency="stars", **reach
):
    """The same ladder with other thresholds, by the document; then the job that brings it to the members."""
    told = tiers or [tier | {"reach": reach.get(tier["slug"], tier["reach"])} for tier in TIERS]
    part = a_ladder(tiers=told, currency=currency) | ({"mapping": mapping} if mapping else {})
    applied({"program": {"slug": program.slug}, "tiers": part}, at=at)
    if reaches_everybody:
        revision = LadderRevision.objects.get(ladder__program=program, state="live")
        run(partial(apply_to_members, program=program, revision_id=revision.pk, cursor=None, at=at))


def shown(member, *, at):
    """The member's tier as doors tell it."""
    return show_tiers(member.program, [member.pk], at)[member.pk]


def counted(*told, program, at):
    """Orders and spend counted in a unit of their own."""
    return run(lambda: count_orders(program=program, counted=list(told), at=at))


def an_order(member, *, on, spend=0, orders=1, points=0, **rest):
    """What an order adds to a member's day."""
    occurred_at = on if isinstance(on, datetime) else noon(on, member.program)
    day = occurred_at.astimezone(ZoneInfo(member.program.zone)).date()
    return Counted(
        member_id=member.pk,
        day=day,
        occurred_at=occurred_at,
        spend=spend,
        orders=orders,
        points=points,
        **rest,
    )


def lived_until(day, program, *, late=timedelta()):
    """Every midnight through the one that begins this day, on which something falls due: reviews, then notices."""
    end = midnight(date.fromisoformat(day), program.zone)
    while (due := _next_due(program)) is not None and due <= end:
        on = local_day(due, program.zone)
        run(partial(turn_members, program=program, day=on, cursor=None, at=due + late))
        run(partial(notice_members, program=program, day=on, cursor=None, at=due + late))


def _next_due(program):
    rows = Standing.objects.filter(program=program).values_list("due_at", "grant_at", "notice_at")
    return min((at for row in rows for at in row if at is not None), default=None)


def tier_of(member, *, at=None):
    """The tier in force, now or at an instant."""
    standing = Standing.objects.filter(member=member).first()
    if at is None:
        return standing.in_force if standing else "bronze"
    return (
        open_book(program=member.program, member_ids=[member.pk], at=at).tier_at(member.pk, at).slug
    )


def standing_of(member):
    """Slug, qualified on, counted through, through and grace through, as text."""
    row = Standing.objects.get(member=member)
    days = (row.qualified_on, row.counted_through, row.through, row.grace_through)
    return (row.slug, *(str(day) if day else None for day in days))


def days_of(member):
    """Points, spend and orders by day."""
    rows = TierDay.objects.filter(member=member).order_by("day")
    return {str(row.day): (row.points, row.spend, row.orders) for row in rows}


def moves_of(member):
    """From, to and cause of every move, in order."""
    rows = TierMove.objects.filter(member=member).order_by("number")
    return [(row.from_slug, row.to_slug, row.cause) for row in rows]


def history_of(member):
    """From, to, cause and the instants in force from and told, of every move in order; instants in local time."""
    zone = ZoneInfo(member.program.zone)
    rows = TierMove.objects.filter(member=member).order_by("number")
    return [
        (
            row.from_slug,
            row.to_slug,
            row.cause,
            row.effective_from.astimezone(zone).isoformat(),
            row.at.astimezone(zone).isoformat(),
        )
        for row in rows
    ]


def tier_facts_about(member):
    """The names of what was announced about a member's tier, in order."""
    told = AnnouncedFact.objects.filter(member_id=member.pk, name__startswith="tier.")
    return list(told.order_by("id").values_list("name", flat=True))
