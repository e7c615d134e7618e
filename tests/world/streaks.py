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
from tests.world.earning import a_rule
from tests.world.members import a_member
from tests.world.play import at, member_of, with_parts
from tests.world.programs import a_program

PAID = {"measure": {"kind": "deeds.count", "of": "order.paid"}}


def a_test_cafe(slug: str = "corner-cafe") -> Program:
    """A programme with a clock of its own, so that what is due does not hang on today. Ada is a member."""
    cafe = a_program(slug, test=True, parts={"rules": [a_rule()]})
    a_member(cafe, "ada")
    it_is(cafe, "10-01 06:00")
    return cafe


def it_is(program: Program, when: str) -> None:
    """The programme's clock shows this."""
    Program.objects.filter(pk=program.pk).update(test_now=at(when))


def bought(program: Program, order_id: str, *, when: str, told_at: str = "", **more: Any) -> None:
    """A paid order, heard a moment after it was told."""
    it_is(program, told_at or when)
    play.bought(program, order_id, when=when, told_at=told_at or when, **more)


def returned(program: Program, order_id: str, *, when: str, **more: Any) -> None:
    """A return, heard at once."""
    it_is(program, when)
    play.returned(program, order_id, when=when, **more)


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
