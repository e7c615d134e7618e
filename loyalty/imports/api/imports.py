"""One import: how far it is, its rows, its report; it is started, stopped and undone."""

from typing import Any, ClassVar, Final

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.callers.authenticating import real_now
from loyalty.access.describing import listing
from loyalty.access.doors import ProgramView
from loyalty.foundation.refusals import Malformed
from loyalty.foundation.serializers import In
from loyalty.imports.api.parsers import CSVRenderer, LinesRenderer, problem
from loyalty.imports.kinds import RowStatus
from loyalty.imports.models import Import
from loyalty.imports.serializers import ImportOut, ImportRowOut
from loyalty.imports.steering import Undoing, start, stop, undo
from loyalty.imports.telling.reporting import refused_file, report_lines, type_of_refused
from loyalty.imports.telling.showing import rows_by, show_import, show_rows

CSV: Final = "text/csv; charset=utf-8"


class UndoIn(In):
    """Why, for whoever reads it later."""

    note = serializers.CharField(max_length=500, required=False)


class OneImport(ProgramView):
    scopes: ClassVar = {"GET": "imports:read"}

    @extend_schema(responses={200: ImportOut})
    def get(self, request: Request, import_id: str) -> Response:
        """How far it is, what it would bring or brought, and the first 100 reasons of refused rows."""
        run = self.one(Import.objects.all(), import_id)
        return Response(ImportOut.alone(show_import(run, program=self.program, real=real_now())))


class Rows(ProgramView):
    scopes: ClassVar = {"GET": "imports:read"}

    @listing(
        ImportRowOut,
        parameters=[OpenApiParameter("status", str, enum=RowStatus.values)],
    )
    def get(self, request: Request, import_id: str) -> Response:
        """What became of each row, last row first; of one status, or of all."""
        run = self.one(Import.objects.all(), import_id)
        status = request.query_params.get("status")
        if status is not None and status not in RowStatus.values:
            raise Malformed(problems=[problem("?status", "not_a_choice")])
        rows = rows_by(run=run, status=status)
        return self.paged(
            rows, answer=lambda found: ImportRowOut.many(show_rows(found)), order=("-number",)
        )


class Report(ProgramView):
    scopes: ClassVar = {"GET": "imports:read"}
    renderer_classes: ClassVar = (JSONRenderer, CSVRenderer, LinesRenderer)  # type: ignore[misc]

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "refused",
                bool,
                description="The refused rows as they were sent, with why, to correct and send again.",
            )
        ],
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "application/x-ndjson"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request, import_id: str) -> StreamingHttpResponse:
        """What became of every row, as CSV: row, status, code, sentence."""
        run = self.one(Import.objects.all(), import_id)
        asked = request.query_params.get("refused", "false")
        if asked not in {"true", "false"}:
            raise Malformed(problems=[problem("?refused", "not_a_choice")])
        if asked == "true":
            return StreamingHttpResponse(refused_file(run), content_type=type_of_refused(run))
        return StreamingHttpResponse(report_lines(run), content_type=CSV)


class Starting(ProgramView):
    scopes: ClassVar = {"POST": "imports:write"}

    @extend_schema(request=None, responses={202: ImportOut})
    def post(self, request: Request, import_id: str) -> HttpResponse:
        """Take the rows; a stopped import goes on where it was."""
        run = self.one(Import.objects.all(), import_id)
        return self.once(start, answer=self._shown, status=202)(
            program=self.program, import_id=run.pk, actor=self.actor, at=self.now
        )

    def _shown(self, run: Import) -> Any:
        return ImportOut.alone(show_import(run, program=self.program, real=real_now()))


class Stopping(Starting):
    @extend_schema(request=None, responses={202: ImportOut})
    def post(self, request: Request, import_id: str) -> HttpResponse:
        """Take no further rows; what is taken stays, and can be undone or gone on with."""
        run = self.one(Import.objects.all(), import_id)
        return self.once(stop, answer=self._shown, status=202)(
            program=self.program, import_id=run.pk
        )


class UndoingImport(Starting):
    scopes: ClassVar = {"POST": "program:write"}  # a key that may do this is an owner's hand (S-27)

    @extend_schema(request=UndoIn, responses={202: ImportOut})
    def post(self, request: Request, import_id: str) -> HttpResponse:
        """Take back what the import brought, as far as nobody has used it since; within 30 days."""
        run = self.one(Import.objects.all(), import_id)
        told = self.read(UndoIn)
        return self.once(undo, answer=self._undone, status=202)(
            program=self.program,
            import_id=run.pk,
            note=told.get("note", ""),
            actor=self.actor,
            at=self.now,
        )

    def _undone(self, undoing: Undoing) -> Any:
        return self._shown(undoing.run)
