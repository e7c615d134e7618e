"""Reports: the preview of a version as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from loyalty.earning.telling.words import money, number
from loyalty.foundation.ids import read_id
from loyalty.foundation.refusals import Text

# What samples tell, in the words of their columns.
COLUMNS: Final[Mapping[str, Text]] = {
    "member": _("Member"),
    "tier": _("Tier"),
    "occasion": _("Which time"),
    "earned_at": _("Reached at"),
    "at": _("Reached at"),
    "value": _("Value"),
    "target": _("Target"),
    "longest": _("Longest"),
    "current": _("Now"),
    "stamps": _("Stamps"),
    "card": _("Card"),
    "score": _("Score"),
    "experience": _("Experience"),
}
PRIZES: Final[Mapping[str, Text]] = {
    "points": _("Points"),
    "reward": _("Rewards"),
    "voucher": _("Vouchers"),
    "badge": _("Badges"),
    "stamps": _("Stamps"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A caption, perhaps heads, and rows whose first cell names the rest; `most` draws each number as a bar."""

    caption: Text
    rows: Sequence[Sequence[object]]
    heads: Sequence[Text] = ()
    most: int = 0


def tables_of(report: Mapping[str, Any] | None, *, currency: str) -> list[Table]:
    """What a version would have done; nothing while nobody has looked."""
    if not report:
        return []
    whole = Table(
        caption=_("On the history there is"),
        rows=[
            (_("Members"), number(report["members"])),
            (_("At a cost of"), money(report["money"], currency)),
        ],
    )
    costs = [
        (PRIZES.get(kind, kind), number(each)) for kind, each in report["cost_by_kind"].items()
    ]
    months = list(report["by_month"].items())
    parts = [
        Table(caption=_("By step"), rows=list(report["by_item"].items())),
        Table(caption=_("By kind of prize"), rows=costs),
        Table(
            caption=_("By month"),
            rows=months,
            most=max((each for _month, each in months), default=0),
        ),
        _samples(report["samples"]),
    ]
    return [whole, *(table for table in parts if table.rows)]


def _samples(samples: Sequence[Mapping[str, Any]]) -> Table:
    """Some of those who would get it, each with the way to their page."""
    names = [name for name in COLUMNS if samples and name in samples[0]]
    used = [name for name in names if any(each.get(name) not in ("", None) for each in samples)]
    return Table(
        caption=_("For instance"),
        heads=[COLUMNS[name] for name in used],
        rows=[[_cell(name, each.get(name)) for name in used] for each in samples],
    )


def _cell(name: str, value: Any) -> object:
    if name == "member":
        page = reverse("admin:gamification_definition_of_member", args=[read_id("mem", value)])
        return format_html('<a href="{}">{}</a>', page, value)
    if name in {"earned_at", "at"} and value:
        return date_format(localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT")
    return value
