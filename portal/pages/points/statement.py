"""The statement: everything that came and went, why, and as a file."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from loyalty.earning.explaining import explanations_of, with_sentences
from loyalty.foundation.ids import Id, read_id
from loyalty.foundation.refusals import Malformed, NotFound
from loyalty.imports.files.cells import defused
from loyalty.ledger.reports.ahead.dates import coming_dates
from loyalty.ledger.reports.explaining import explain
from loyalty.ledger.reports.statements import show_entries, statement
from loyalty.programs.calendar import zone_named
from loyalty.programs.tenants import PointCurrency, currencies_of
from portal.pages.base import Page
from portal.pages.points.seeing import first_order_of

ROWS_MAX: Final = 20
ROWS_A_TURN: Final = 1_000
SIGNS: Final = {"in": 1, "out": -1}
# What the reader of a page is told; the rest is how lots are kept.
TOLD_STEPS: Final = ("held_before", "reverses", "approved", "left_owing", "debt_filled")


class _StatementPage(Page):
    here = "statement"

    def filters(self) -> tuple[PointCurrency | None, int]:
        """The chosen currency and direction; what nobody offers is nothing chosen."""
        told = self.request.GET
        return self.currencies.get(told.get("currency", "")), SIGNS.get(told.get("which", ""), 0)

    @property
    def currencies(self) -> dict[str, PointCurrency]:
        """The programme's point currencies, asked once a page."""
        if not hasattr(self, "_currencies"):
            self._currencies = currencies_of(self.program)
        return self._currencies


class Statement(_StatementPage):
    """A page of it, newest first, and every coming date."""

    template = "portal/statement.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        currency, sign = self.filters()
        try:
            page = statement(
                member=self.member,
                currency=currency,
                limit=ROWS_MAX,
                cursor=request.GET.get("cursor"),
                sign=sign,
            )
        except Malformed as malformed:
            raise Http404 from malformed
        is_filtered = bool(currency or sign)
        is_new = not page.entries and not is_filtered
        return self.show(
            {
                "first_order": first_order_of(self.program) if is_new else None,
                "entries": show_entries(page.entries, program=self.program),
                "names": self.currencies,
                "cursor": page.cursor,
                "coming": coming_dates(program=self.program, member=self.member),
                "chosen": {"currency": currency, "which": request.GET.get("which", "")},
                "currencies": self.currencies,
                "is_filtered": is_filtered,
            }
        )


class StatementFile(_StatementPage):
    """All of it as CSV: the numbers as spreadsheets read them, the words in the reader's language."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        response = HttpResponse("".join(self._lines()), content_type="text/csv; charset=utf-8")
        name = f"{self.program.slug}-statement.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _lines(self) -> Iterator[str]:
        yield "\N{ZERO WIDTH NO-BREAK SPACE}"  # so that a spreadsheet reads it as Unicode
        yield _line([_("Date"), _("What"), _("Points"), _("Balance"), _("Currency"), _("Number")])
        currency, sign = self.filters()
        cursor: str | None = None
        while True:
            page = statement(
                member=self.member,
                currency=currency,
                limit=ROWS_A_TURN,
                cursor=cursor,
                sign=sign,
            )
            for each in show_entries(page.entries, program=self.program):
                yield _line(self._cells(each))
            cursor = page.cursor
            if cursor is None:
                return

    def _cells(self, each: dict[str, Any]) -> list[Any]:
        at: datetime = each["occurred_at"].astimezone(zone_named(self.program.zone))
        name = str(self.currencies.get(each["currency"], each["currency"]))
        told = [defused(each["explanation"]), each["points"], each["balance_after"], defused(name)]
        return [f"{at:%Y-%m-%d %H:%M}", *told, each["id"]]


class Why(_StatementPage):
    """One line of the statement: what happened, which rule gave it and how it was counted."""

    template = "portal/why.html"

    def get(self, request: HttpRequest, entry: str) -> HttpResponseBase:
        try:
            told = explain(program=self.program, entry_id=read_id("ent", entry))
        except NotFound as unknown:
            raise Http404 from unknown
        if told["member"] != self.member.shown_id:
            raise Http404
        line = told["entry"]
        steps = [each for each in told["steps"] if each["code"] in TOLD_STEPS]
        return self.show(
            {"entry": line, "names": self.currencies, "steps": steps, "rules": self._rules(line)}
        )

    def _rules(self, line: dict[str, Any]) -> list[dict[str, Any]]:
        """What the rules made of the event behind this line: those that gave something of its currency."""
        source = line["source"]
        if source["type"] != "event" or line["points"] <= 0:
            return []
        event_id: Id = read_id("evt", source["id"])
        kept = explanations_of([event_id]).get(event_id)
        if kept is None:
            return []
        rules = with_sentences(kept, self.program)["rules"]
        own = line["rule"]["id"] if line["rule"] else None
        return [each for each in rules if each.get("steps") and own in {None, each["rule"]}]


def _line(cells: list[Any]) -> str:
    file = io.StringIO()
    csv.writer(file).writerow(cells)
    return file.getvalue()
