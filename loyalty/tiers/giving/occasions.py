"""Occasions: which facts are a reason for a gift of a tier. Every room that gives something hears of them here."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Told
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program
from loyalty.tiers.facts import TierUpgraded
from loyalty.tiers.kinds import Cause, GiftKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """A reason for a gift: the member, what for, and when; on entry the tier that was reached."""

    member_id: Id
    gift: GiftKind
    at: datetime
    slug: str = ""


class Giving(Protocol):
    """Gives what a room has to give on these occasions of one programme."""

    def __call__(
        self, *, program: Program, occasions: Sequence[Occasion], at: datetime
    ) -> list[Any]: ...


def was_reached(fact: TierUpgraded) -> bool:
    """Whether somebody climbed by what they did; grants and imports give nothing."""
    return fact.cause == Cause.REACHED


def is_birthday(told: Told) -> bool:
    """Whether it is somebody's birthday today; birthdays of an imported history are over."""
    return told.body.get("type") == "member.birthday" and not told.body.get("imported")


def give_on_entry(facts: Sequence[TierUpgraded], *, giving: Giving) -> None:
    """Let a room give to those who climbed."""
    _give(_entries(facts), giving=giving)


def give_on_birthdays(facts: Sequence[Told], *, giving: Giving) -> None:
    """Let a room give to those whose birthday it is."""
    _give(_birthdays(facts), giving=giving)


def _entries(facts: Sequence[TierUpgraded]) -> Iterator[tuple[Id, Occasion]]:
    for fact in facts:
        if fact.member_id is not None:
            yield (
                fact.program_id,
                Occasion(
                    member_id=fact.member_id,
                    gift=GiftKind.ENTRY,
                    at=fact.at,
                    slug=fact.to_tier,
                ),
            )


def _birthdays(facts: Sequence[Told]) -> Iterator[tuple[Id, Occasion]]:
    for told in facts:
        if told.member_id is not None:
            at = datetime.fromisoformat(str(told.body["occurred_at"]))
            yield (
                told.program_id,
                Occasion(member_id=told.member_id, gift=GiftKind.BIRTHDAY, at=at),
            )


def _give(occasions: Iterable[tuple[Id, Occasion]], *, giving: Giving) -> None:
    by_program: dict[Id, list[Occasion]] = {}
    for program_id, occasion in occasions:
        by_program.setdefault(program_id, []).append(occasion)
    for program in Program.objects.filter(pk__in=by_program).order_by("pk"):
        giving(program=program, occasions=by_program[program.pk], at=now_of(program))
