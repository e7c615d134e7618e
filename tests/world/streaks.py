"""Streaks at the Corner Café."""

from functools import partial
from typing import Any

from gamification.criteria.life.catalogue import Live, live_definition
from gamification.criteria.models import PlaySetting
from gamification.streaks.keeping.following import settle_due
from gamification.streaks.kinds import GAME
from gamification.streaks.models import FreezeItem
from gamification.streaks.repairing import repair_streak
from gamification.streaks.showing import show_streak
from loyalty.foundation.actors import job
from loyalty.members.changing import Change, change
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.models import Program
from tests.world import play
from tests.world.clocked import a_test_cafe, it_is
from tests.world.play import at, member_of, with_parts

PAID = {"measure": {"kind": "deeds.count", "of": "order.paid"}}


def moved(program: Program, zone: str, *, when: str, who: str = "ada") -> None:
    """A member lives by another clock from now on."""
    it_is(program, when)
    change(
        member=member_of(program, who), told=Change(time_zone=zone), actor=job("test"), at=at(when)
    )
    play.heard(program)


def repaired(program: Program, streak: Live, *, when: str, who: str = "ada") -> None:
    """Staff made the last loss good, and everybody has heard of it."""
    it_is(program, when)
    repair_streak(
        program=program,
        streak=streak,
        member_id=member_of(program, who).pk,
        reason="The till was down.",
        actor=job("test"),
        at=at(when),
    )
    play.heard(program)


def switched_off(program: Program, who: str = "ada") -> None:
    """A member wants no streaks."""
    PlaySetting.objects.create(
        program=program, member=member_of(program, who), game=GAME, at=at("10-01 06:00")
    )


def a_streak(
    slug: str = "daily", *, cafe: Program | None = None, when: str = "10-01 06:00", **wording: Any
) -> tuple[Program, Any]:
    """A live streak on paid orders, by the day."""
    program = cafe or a_test_cafe()
    part = {
        "slug": slug,
        "name": {"en": slug.title()},
        "period": "day",
        "condition": PAID,
        **wording,
    }
    with_parts(program, when=when, streaks=[part])
    return program, live_definition(program, GAME, slug)


def shown(program: Program, slug: str = "daily", *, when: str, who: str = "ada") -> dict[str, Any]:
    """A streak as a member sees it at an instant."""
    return show_streak(
        program=program,
        streak=live_definition(program, GAME, slug),
        member_id=member_of(program, who).pk,
        at=at(when),
    )


def settled_until(program: Program, *instants: str) -> None:
    """The tick comes by at these instants."""
    for when in instants:
        it_is(program, when)
        while play.in_a_unit(partial(settle_due, program=program, at=at(when))):
            pass


def items_of(who: str = "ada") -> list[tuple[str, str, int]]:
    """What became of a member's freezes, in the order of writing."""
    rows = FreezeItem.objects.filter(member__external_id=who).order_by("id")
    return list(rows.values_list("kind", "occasion", "quantity"))


def told(program: Program, prefix: str = "streak.") -> list[tuple[str, str, int]]:
    """Facts about streaks: name, period, length."""
    rows = AnnouncedFact.objects.filter(program_id=program.pk, name__startswith=prefix)
    return [
        (row.name, row.body["occasion"], row.body.get("length", row.body.get("freezes")))
        for row in rows.order_by("id")
    ]
