"""The programme's own address: its document, to read, compare and apply.

It stands here, not in `programs`: doors need keys and scopes, which are one room further up.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.doors import ProgramView
from loyalty.foundation.refusals import Malformed, Problem
from loyalty.programs.documents import Applied, apply_program, export_program

DOCUMENT = {
    "type": "object",
    "required": ["format"],
    "properties": {"format": {"const": "wafa.program/1"}},
    "description": "The programme document: every key but `format` may be left out.",
}
DIFFERENCE = {
    "type": "object",
    "required": ["program", "version", "skipped", "differences"],
    "properties": {
        "program": {"type": "string"},
        "version": {"type": "integer"},
        "simulated": {"type": "boolean"},
        "skipped": {"type": "array", "items": {"type": "string"}},
        "differences": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "before", "after"],
                "properties": {"pointer": {"type": "string"}, "before": {}, "after": {}},
            },
        },
    },
}


def _difference(applied: Applied) -> dict[str, Any]:
    return {
        "program": applied.program.shown_id,
        "version": applied.program.version,
        "skipped": applied.skipped,
        "differences": [asdict(difference) for difference in applied.differences],
    }


class ProgramDocument(ProgramView):
    """The whole definition of the key's programme as one document."""

    scopes = {"GET": "program:read", "PUT": "program:write"}

    @extend_schema(operation_id="program_retrieve", responses={(200, "application/json"): DOCUMENT})
    def get(self, _request: Request) -> Response:
        """Read the programme document. `ETag` carries its version."""
        answer = Response(export_program(self.program))
        answer["ETag"] = f'"{self.program.version}"'
        return answer

    @extend_schema(
        operation_id="program_apply",
        request={"application/json": DOCUMENT},
        responses={(200, "application/json"): DIFFERENCE},
        parameters=[
            OpenApiParameter("dry_run", bool, description="Only tell the difference."),
            OpenApiParameter(
                "skip_unsupported", bool, description="Leave out parts this version lacks."
            ),
            OpenApiParameter(
                "If-Match",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description="The version you read; a newer one refuses with `stale_version`.",
            ),
        ],
    )
    def put(self, request: Request) -> HttpResponse:
        """Make the programme what the document says; what it does not name stays."""
        document = request.data
        if not isinstance(document, Mapping):
            raise Malformed(problems=[Problem(pointer="", code="wrong_type", message="{}")])
        return self.write(apply_program, answer=_difference)(
            document=document,
            actor=self.actor,
            at=self.now,
            skip_unsupported=self.wire.GET.get("skip_unsupported") == "true",
            own=self.program,
            expected_version=self._told_version(),
        )

    def _told_version(self) -> int | None:
        told = self.wire.headers.get("If-Match", "").strip('"')
        if told in {"", "*"}:
            return None
        if not told.isdecimal():
            raise Malformed(
                problems=[Problem(pointer="If-Match", code="wrong_type", message='"1"')]
            )
        return int(told)
