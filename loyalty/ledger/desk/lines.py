"""Lines of a statement for staff: each with the way to its explanation, its reason by name, and who did it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.access.models import ApiKey, User
from loyalty.foundation.actors import ActorKind
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Text
from loyalty.ledger.reports.statements import Line, show_entries
from loyalty.programs.models import PointCurrency, Program, ReasonCode

# Who has no name of their own.
NAMELESS: Final[Mapping[str, Text]] = {
    ActorKind.KEY: _("the shop"),
    ActorKind.MEMBER: _("the member"),
    ActorKind.STAFF: _("staff"),
    ActorKind.RULE: _("a rule"),
    ActorKind.JOB: _("Wafa by itself"),
}


def lines_told(lines: Sequence[Line], *, program: Program) -> list[dict[str, Any]]:
    """These lines as the page shows them; four queries for any number."""
    reasons = {each.slug: str(each) for each in ReasonCode.objects.filter(program=program)}
    currencies: Mapping[str | None, str] = currency_names(program)
    names = _names({line.actor_id for line in lines if line.actor_id})
    return [
        {
            **view,
            "row_id": line.id,
            "reason": reasons.get(line.reason, ""),
            "currency": currencies.get(line.currency, line.currency),
            "who": names.get(line.actor_id, NAMELESS[line.actor_kind]),
        }
        for line, view in zip(lines, show_entries(lines, program=program), strict=True)
    ]


def currency_names(program: Program) -> dict[str | None, str]:
    """The programme's point currencies by their slugs, as the reader's language calls them."""
    return {each.slug: str(each) for each in PointCurrency.objects.filter(program=program)}


def _names(ids: Collection[Id]) -> dict[Id | None, str]:
    """People and keys by their names; two queries."""
    people = User.objects.filter(pk__in=ids).values_list("pk", "username")
    keys = ApiKey.objects.filter(pk__in=ids).values_list("pk", "name")
    return {**dict(keys), **dict(people)}
