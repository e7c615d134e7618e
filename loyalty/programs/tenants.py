"""Tenants: the programme and its currencies as the apps above this one know them, without reaching for tables."""

from collections.abc import Collection

from loyalty.foundation.database.looking import asked_once
from loyalty.foundation.ids import Id
from loyalty.programs.models import PointCurrency, Program

__all__ = [
    "PointCurrency",
    "Program",
    "currencies_of",
    "every_program",
    "program_called",
    "programs_by_id",
]


def programs_by_id(program_ids: Collection[Id]) -> dict[Id, Program]:
    """These programmes; one query."""
    return {each.pk: each for each in Program.objects.filter(pk__in=set(program_ids))}


def every_program() -> list[Program]:
    """All programmes, the oldest first."""
    return list(Program.objects.order_by("pk"))


def program_called(slug: str) -> Program | None:
    """The programme with this short name."""
    return Program.objects.filter(slug=slug).first()


@asked_once
def currencies_of(program: Program) -> dict[str, PointCurrency]:
    """The programme's point currencies by slug, in their order."""
    return {each.slug: each for each in PointCurrency.objects.filter(program=program)}
