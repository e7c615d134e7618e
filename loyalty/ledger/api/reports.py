"""Doors to what the ledger tells about itself: explanations, and the trial balance."""

import csv
import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.foundation.ids import read_id
from loyalty.ledger import serializers as shapes
from loyalty.ledger.api.doors import LedgerDoor
from loyalty.ledger.models import Entry
from loyalty.ledger.reports import trial
from loyalty.ledger.reports.explaining import explain
from loyalty.programs.calendar import local_day

DAYS_BACK: Final = 29  # a report without dates tells of the last thirty days


class MovementsCSV(BaseRenderer):
    """The trial balance as lines: currency, what, points."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Problems stay JSON: they carry their own content type."""
        if "data" not in data:
            return bytes(JSONRenderer().render(data))
        file = io.StringIO()
        lines = csv.writer(file)
        lines.writerow(["currency", "movement", "points"])
        for row in data["data"]:
            lines.writerow([row["currency"], "opening", row["opening"]])
            lines.writerows(
                [row["currency"], kind, points] for kind, points in row["kinds"].items()
            )
            lines.writerow([row["currency"], "closing", row["closing"]])
        return file.getvalue().encode()


class EntryExplanation(LedgerDoor):
    scopes: ClassVar = {"GET": "members:read"}

    @extend_schema(operation_id="entries_explanation", responses={200: shapes.EntryExplanationOut})
    def get(self, request: Request, entry: str) -> Response:
        """Why an entry is there: which lots it made or took from, by which rule, and what it reverses."""
        return Response(explain(program=self.program, entry_id=read_id(Entry.prefix, entry)))


class Movements(LedgerDoor):
    scopes: ClassVar = {"GET": "reports:read"}
    renderer_classes: ClassVar = (JSONRenderer, MovementsCSV)  # type: ignore[misc]

    @extend_schema(
        operation_id="reports_movements",
        parameters=[
            OpenApiParameter("from", str, description="First local day, YYYY-MM-DD."),
            OpenApiParameter("to", str, description="Last local day, YYYY-MM-DD."),
        ],
        responses={200: shapes.MovementsOut},
    )
    def get(self, request: Request) -> Response:
        """The trial balance: opening, each kind of movement, closing. CSV with `Accept: text/csv`."""
        today = local_day(self.now, self.program.zone)
        last = shapes.day_of(request.query_params, "to", default=today)
        first = shapes.day_of(
            request.query_params, "from", default=last - timedelta(days=DAYS_BACK)
        )
        trials = trial.trial_balance(program=self.program, first=first, last=last)
        return Response({"first": first, "last": last, "data": shapes.TrialOut.many(trials)})
