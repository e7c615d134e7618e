"""Files come in, and are listed."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.callers.authenticating import real_now
from loyalty.access.describing import listing
from loyalty.access.doors import ProgramView
from loyalty.foundation.refusals import Malformed
from loyalty.foundation.wire import idempotency
from loyalty.foundation.wire.idempotency import Call
from loyalty.imports.api.parsers import (
    FORM,
    LINES,
    TOLD,
    FormParser,
    LinesParser,
    OtherLinesParser,
    problem,
)
from loyalty.imports.files.sniffing import FILE_BYTES_MAX
from loyalty.imports.kinds import ImportKind
from loyalty.imports.models import Import
from loyalty.imports.receiving import Upload, look_at, receive
from loyalty.imports.serializers import ImportOut
from loyalty.imports.telling.showing import show_import, show_imports


class Imports(ProgramView):
    scopes: ClassVar = {"GET": "imports:read", "POST": "imports:write"}
    parser_classes: ClassVar = (FormParser, LinesParser, OtherLinesParser)  # type: ignore[misc]

    @listing(ImportOut)
    def get(self, request: Request) -> Response:
        """Files that came in, newest first."""
        rows = Import.objects.filter(program=self.program)
        real = real_now()
        return self.paged(
            rows,
            answer=lambda runs: ImportOut.many(show_imports(runs, program=self.program, real=real)),
        )

    @extend_schema(
        request={
            "multipart/form-data": FORM,
            **{kind: {"type": "string", "format": "binary"} for kind in LINES},
        },
        parameters=[
            OpenApiParameter(name, str, description="With JSON lines as the body: as in the form.")
            for name in TOLD
        ],
        responses={201: ImportOut},
    )
    def post(self, request: Request) -> HttpResponse:
        """Send a file in. It is checked by a job; then it is `ready`, with a preview, and can be started."""
        told = self._told()
        self.upload = look_at(
            kind=_kind_in(told),
            name=str(told.get("name", "")),
            content=told["content"],
            options={name: told[name] for name in ("as", "source", "pool") if name in told},
            program=self.program,
        )
        return self.once(receive, answer=self._shown, status=201)(
            program=self.program,
            upload=self.upload,
            chosen=_columns_in(told),
            actor=self.actor,
            at=self.now,
        )

    def _told(self) -> dict[str, Any]:
        """The file and what was said about it, wherever it was said. Raises Malformed."""
        data: Any = self.request.data
        if isinstance(data, bytes):
            query = self.request.query_params
            return {name: query[name] for name in TOLD if name in query} | {"content": data}
        fields = {name: data[name] for name in data}
        file = fields.pop("file", None)
        problems = [problem(f"/{name}", "unknown_field") for name in fields if name not in TOLD]
        if not hasattr(file, "read"):
            problems.append(problem("/file", "required"))
        if problems:
            raise Malformed(problems=problems)
        assert file is not None
        return fields | {"content": file.read(FILE_BYTES_MAX + 1), "name": file.name or ""}

    def _call(self) -> Call:
        """The digest of a file stands for it."""
        upload: Upload = self.upload
        told = {name: str(value) for name, value in self._told().items() if name != "content"}
        return Call(
            scope=self.program.pk,
            key=self.idempotency_key,
            fingerprint=idempotency.fingerprint_of(
                method="POST",
                path=self.wire.path,
                query=self.wire.META.get("QUERY_STRING", ""),
                body={**told, "sha256": upload.digest.hex()},
            ),
        )

    def _shown(self, run: Import) -> Any:
        return ImportOut.alone(show_import(run, program=self.program, real=real_now()))


def _kind_in(told: Mapping[str, Any]) -> ImportKind:
    if told.get("kind") not in ImportKind.values:
        raise Malformed(problems=[problem("/kind", "not_a_choice")])
    return ImportKind(told["kind"])


def _columns_in(told: Mapping[str, Any]) -> dict[str, str | None]:
    """The columns as a form tells them: a JSON object of texts and nulls. Raises Malformed."""
    try:
        columns = json.loads(told.get("columns") or "{}")
    except (ValueError, RecursionError) as error:
        raise Malformed(problems=[problem("/columns", "not_json")]) from error
    is_map = isinstance(columns, dict) and all(
        value is None or isinstance(value, str) for value in columns.values()
    )
    if not is_map:
        raise Malformed(problems=[problem("/columns", "wrong_type")])
    return dict(columns)
