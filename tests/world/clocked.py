"""The Corner Café by a clock of its own: what is due does not hang on today."""

from typing import Any

from loyalty.programs.models import Program
from tests.world import play
from tests.world.earning import a_rule
from tests.world.members import a_member
from tests.world.play import at
from tests.world.programs import a_program


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
