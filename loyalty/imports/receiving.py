"""Receiving: a file comes in, is looked at, and waits for its columns or is checked at once (E-85, E-86)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor
from loyalty.foundation.refusals import Malformed, Problem
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.imports.files.columns import fit, guess
from loyalty.imports.files.headers import headers_of
from loyalty.imports.files.sniffing import format_of
from loyalty.imports.keeping.parts import KEPT, keep_file
from loyalty.imports.kinds import EventsAs, Format, ImportKind, ImportState
from loyalty.imports.models import NAME_LENGTH_MAX, Import
from loyalty.imports.redeemables.codes import pool_named
from loyalty.imports.refusals import ImportNotReady
from loyalty.imports.taking.takers import taker_of
from loyalty.imports.turning import ask_for_work
from loyalty.programs.models import Program

# What a kind may be told besides its file.
OPTIONS: Final[Mapping[str, frozenset[str]]] = {
    ImportKind.EVENTS: frozenset({"as", "source"}),
    ImportKind.CODES: frozenset({"pool"}),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file that was looked at: what it is, how it is written, and what it calls its columns."""

    kind: ImportKind
    name: str
    content: bytes
    written_as: Format
    headers: list[str]
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.content).digest()

    @property
    def has_columns(self) -> bool:
        """Events as JSON lines say themselves what their fields are."""
        return not (self.kind == ImportKind.EVENTS and self.written_as == Format.LINES)


def look_at(
    *, program: Program, kind: ImportKind, name: str, content: bytes, options: Mapping[str, Any]
) -> Upload:
    """What this file is, before anything is kept. Raises ImportFileUnreadable, ImportTooLarge, Malformed."""
    _refuse_options(kind, options)
    if kind is ImportKind.CODES:
        pool_named(program, str(options.get("pool", "")))
    written_as = format_of(content)
    has_columns = not (kind == ImportKind.EVENTS and written_as == Format.LINES)
    return Upload(
        kind=kind,
        name=name[-NAME_LENGTH_MAX:].replace("\x00", ""),
        content=content,
        written_as=written_as,
        headers=headers_of(content, written_as=written_as) if has_columns else [],
        options=options,
    )


@unit_of_work
def receive(
    *,
    program: Program,
    upload: Upload,
    chosen: Mapping[str, str | None],
    actor: Actor,
    at: datetime,
) -> Import:
    """Keep a file and have it checked. Raises ImportColumns if it has a column that nobody knows."""
    columns = taker_of(upload.kind).columns
    meant = fit(upload.headers, columns=columns, chosen=chosen) if upload.has_columns else {}
    run = _kept(program, upload, meant=meant, actor=actor, at=at)
    return _checked(run, at=at)


@unit_of_work
def receive_for_choice(*, program: Program, upload: Upload, actor: Actor, at: datetime) -> Import:
    """Keep a file, and guess its columns: as they were chosen last time, else by their names."""
    meant: Mapping[str, str | None] = {}
    if upload.has_columns:
        meant = remembered(program=program, upload=upload)
    return _kept(program, upload, meant=meant, actor=actor, at=at)


@unit_of_work
def choose_columns(
    *, program: Program, run: Import, chosen: Mapping[str, str | None], at: datetime
) -> Import:
    """Say what the columns mean, and have the file checked. Raises ImportColumns, ImportNotReady."""
    row = Import.objects.select_for_update().get(pk=run.pk, program=program)
    if row.state != ImportState.UPLOADED:
        raise ImportNotReady(state=ImportState(row.state))
    if row.headers:
        row.columns = fit(row.headers, columns=taker_of(row.kind).columns, chosen=chosen)
    return _checked(row, at=at)


def remembered(*, program: Program, upload: Upload) -> dict[str, str | None]:
    """What these headers meant in the last import of this kind with the same ones, else what they look like."""
    last = (
        Import.objects.filter(program=program, kind=upload.kind, headers=upload.headers)
        .exclude(state__in=(ImportState.UPLOADED, ImportState.REFUSED))
        .order_by("-id")
        .first()
    )
    if last is not None:
        return dict(last.columns)
    return guess(upload.headers, columns=taker_of(upload.kind).columns)


@inside_unit_of_work
def _kept(
    program: Program,
    upload: Upload,
    *,
    meant: Mapping[str, str | None],
    actor: Actor,
    at: datetime,
) -> Import:
    run = Import.objects.create(
        program=program,
        kind=upload.kind,
        name=upload.name,
        format=upload.written_as,
        file_digest=upload.digest,
        headers=upload.headers,
        columns=dict(meant),
        options=dict(upload.options),
        language=get_language() or "",
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor.name,
        created_at=at,
        kept_until=timezone.now() + KEPT,
    )
    keep_file(run=run, content=upload.content)
    return run


@inside_unit_of_work
def _checked(run: Import, *, at: datetime) -> Import:
    run.state = ImportState.CHECKING
    ask_for_work(run, at=at)
    run.save()
    return run


def _refuse_options(kind: ImportKind, options: Mapping[str, Any]) -> None:
    known = OPTIONS.get(kind, frozenset())
    problems = [
        Problem(
            pointer=f"/{name}", code="unknown_field", message=_("This field is not known here.")
        )
        for name in options
        if name not in known
    ]
    if options.get("as", EventsAs.HISTORY) not in EventsAs.values:
        message = _("history or earn.")
        problems.append(Problem(pointer="/as", code="not_a_choice", message=message))
    if problems:
        raise Malformed(problems=problems)
