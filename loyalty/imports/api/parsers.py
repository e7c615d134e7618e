"""Parsers: a file comes as a form or as JSON lines; and what cannot be understood about it."""

from collections.abc import Mapping
from typing import IO, Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer

from loyalty.foundation.refusals import Problem
from loyalty.imports.files.sniffing import FILE_BYTES_MAX
from loyalty.imports.kinds import EventsAs, ImportKind
from loyalty.imports.refusals import ImportTooLarge

AROUND_BYTES_MAX: Final = 65_536  # what a form may say besides its file
LINES: Final = ("application/jsonl", "application/x-ndjson")
TOLD: Final = ("kind", "as", "source", "pool", "columns")
FORM: Final = {
    "type": "object",
    "required": ["kind", "file"],
    "additionalProperties": False,
    "properties": {
        "kind": {"enum": ImportKind.values},
        "file": {"type": "string", "format": "binary", "description": "CSV, XLSX or JSON lines."},
        "columns": {
            "type": "string",
            "description": "A JSON object of headers and what they mean; null leaves one out.",
        },
        "as": {"enum": EventsAs.values, "description": "Events only; history unless told."},
        "source": {
            "type": "string",
            "description": "Events only: how the shop signs those that do not say it.",
        },
        "pool": {"type": "string", "description": "Codes only: the slug of the reward."},
    },
}


class FormParser(MultiPartParser):
    """A form with a file, as large as a file may be."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        assert parser_context is not None
        length = parser_context["request"].META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > FILE_BYTES_MAX + AROUND_BYTES_MAX:
            raise ImportTooLarge
        return super().parse(stream, media_type, parser_context)


class LinesParser(BaseParser):
    """JSON lines as the body itself; what is said besides stands in the address."""

    media_type = LINES[0]

    def parse(  # type: ignore[override]
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        body = bytes(stream.read(FILE_BYTES_MAX + 1))
        if len(body) > FILE_BYTES_MAX:
            raise ImportTooLarge
        return body


class OtherLinesParser(LinesParser):
    media_type = LINES[1]


class CSVRenderer(BaseRenderer):
    """Says that CSV can be asked for; what is refused is told in JSON all the same."""

    media_type = "text/csv"
    format = "csv"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return bytes(JSONRenderer().render(data))


class LinesRenderer(CSVRenderer):
    """The same of JSON lines: refused rows of such a file come back as they were sent."""

    media_type = "application/x-ndjson"
    format = "jsonl"


def problem(pointer: str, code: str) -> Problem:
    """One thing that is wrong with what was asked."""
    messages = {
        "unknown_field": _("This field is not known here."),
        "required": _("This field is required."),
        "not_a_choice": _("Not one of the choices."),
        "not_json": _("This is not JSON in UTF-8."),
        "wrong_type": _("An object of names and values."),
    }
    return Problem(pointer=pointer, code=code, message=messages[code])
