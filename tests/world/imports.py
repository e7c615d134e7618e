"""Files as shops send them, and imports as staff and jobs drive them."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.test import Client

from loyalty.foundation.actors import Actor, ActorKind, job
from loyalty.imports.importing import work
from loyalty.imports.kinds import AT_WORK, ImportKind
from loyalty.imports.models import Import, ImportRow
from loyalty.imports.receiving import look_at, receive
from loyalty.imports.steering import start, undo
from loyalty.programs.models import Program
from tests.contracts.document import check_answer
from tests.world.access import Shop
from tests.world.earning import NOON

CLERK: Actor = job("clerk")


def a_table(headers: str, *rows: str) -> bytes:
    """A CSV file."""
    return "\r\n".join([headers, *rows, ""]).encode()


def some_lines(*told: Any) -> bytes:
    """A file of JSON lines."""
    return "".join(f"{json.dumps(each)}\n" for each in told).encode()


def a_workbook(headers: Sequence[Any], *rows: Sequence[Any]) -> bytes:
    """An XLSX file as a spreadsheet writes it."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (headers, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def received(
    program: Program,
    kind: str,
    content: bytes,
    *,
    columns: Mapping[str, str | None] | None = None,
    at: datetime = NOON,
    actor: Actor = CLERK,
    **options: Any,
) -> Import:
    """A file that came in and waits to be checked; `as_` stands for the option `as`."""
    told = {name.rstrip("_"): value for name, value in options.items()}
    upload = look_at(
        program=program, kind=ImportKind(kind), name="file", content=content, options=told
    )
    return receive(program=program, upload=upload, chosen=columns or {}, actor=actor, at=at)


def worked(run: Import, *, at: datetime = NOON, chunks: int = 1_000) -> Import:
    """As far as workers bring it in so many chunks."""
    run.refresh_from_db()
    while run.state in AT_WORK and chunks:
        work(program=run.program, import_id=run.pk, at=at)
        run.refresh_from_db()
        chunks -= 1
    return run


def checked(program: Program, kind: str, content: bytes, **how: Any) -> Import:
    """A file that came in and was checked."""
    return worked(received(program, kind, content, **how), at=how.get("at", NOON))


def imported(program: Program, kind: str, content: bytes, **how: Any) -> Import:
    """A file that came in, was checked, and taken."""
    at = how.get("at", NOON)
    run = checked(program, kind, content, **how)
    start(program=program, import_id=run.pk, actor=how.get("actor", CLERK), at=at)
    return worked(run, at=at)


def undone(run: Import, *, at: datetime = NOON) -> Import:
    """The import taken back, as far as it goes, in the name of a key."""
    undo(program=run.program, import_id=run.pk, note="", actor=CLERK, at=at)
    return worked(run, at=at)


def counts_of(counts: Mapping[str, Any]) -> tuple[int, int, int]:
    """New, already there, refused."""
    return counts["new"], counts["already_there"], counts["refused"]


def rows_of(run: Import) -> list[tuple[int, str, str]]:
    """Number, status and code of every row."""
    rows = ImportRow.objects.filter(of_import=run).order_by("number")
    return list(rows.values_list("number", "status", "code"))


def sent(shop: Shop, content: bytes, *, key: str = "file-1", **told: Any) -> Any:
    """A form with this file, as `POST /v1/imports` takes it."""
    file = io.BytesIO(content)
    file.name = told.pop("name", "file.csv")
    fields = {name.rstrip("_"): value for name, value in told.items()}
    client: Client = shop.client
    answer = client.post("/v1/imports", {"file": file, **fields}, headers=shop._headers(key))
    check_answer("POST", "/v1/imports", answer)
    return answer


def a_colleague(user_id: Any) -> Actor:
    """A member of staff as an actor."""
    return Actor(kind=ActorKind.STAFF, id=user_id)
