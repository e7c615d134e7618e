"""Reports: the preview of a version as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty.earning.telling.words import money
from loyalty.foundation.refusals import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A caption, and rows whose first cell names the rest."""

    caption: Text
    rows: Sequence[Sequence[object]]


def tables_of(report: Mapping[str, Any] | None, *, currency: str) -> list[Table]:
    """What a version would have done; nothing while nobody has looked."""
    if not report:
        return []
    whole = Table(
        caption=_("On the history there is"),
        rows=[
            (_("Members"), report["members"]),
            (_("At a cost of"), money(report["money"], currency)),
        ],
    )
    samples = [
        [value for value in each.values() if not isinstance(value, dict | list)]
        for each in report["samples"]
    ]
    parts = [
        Table(caption=_("By step"), rows=list(report["by_item"].items())),
        Table(caption=_("By kind of prize"), rows=list(report["cost_by_kind"].items())),
        Table(caption=_("By month"), rows=list(report["by_month"].items())),
        Table(caption=_("For instance"), rows=samples),
    ]
    return [whole, *(table for table in parts if table.rows)]
