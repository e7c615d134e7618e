"""Figures: today's numbers on the home page, each a question with its answer and the way to the list (U-10, U-11)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from loyalty.foundation.refusals import Text
from loyalty.programs.models import Program

Count: TypeAlias = Callable[[Program, datetime], int]

FIGURES_MAX: Final = 12  # more than that nobody reads


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A question of the day. `deed` says who may see it, `link` names the admin page behind the number, `query` its filter."""

    slug: str
    question: Text
    unit: Text
    deed: str
    link: str
    order: int
    count: Count
    query: str = ""


_figures: dict[str, Figure] = {}


def figure(
    *,
    slug: str,
    question: Text,
    unit: Text,
    deed: str,
    link: str,
    query: str = "",
    order: int = 50,
) -> Callable[[Count], Count]:
    """Put a number on the home page: the function gets the programme and its now, and counts."""

    def register(count: Count) -> Count:
        _figures[slug] = Figure(
            slug=slug,
            question=question,
            unit=unit,
            deed=deed,
            link=link,
            query=query,
            order=order,
            count=count,
        )
        assert len(_figures) <= FIGURES_MAX, "a home page has room for a dozen figures"
        return count

    return register


def figures() -> list[Figure]:
    """Every figure, in its order."""
    return sorted(_figures.values(), key=lambda figure: (figure.order, figure.slug))
