"""The programme document: a whole programme as one reviewable file.

Each room registers the parts that it understands. Applying is one unit of work; the difference is what exporting before
and after it shows, so a dry run cannot differ from the real thing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor
from loyalty.foundation.refusals import DomainError, Kind, Malformed, Problem
from loyalty.foundation.shapes import Shape, below
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.definition.differences import Difference, differences_between
from loyalty.programs.models import Program

FORMAT: Final = "wafa.program/1"
KNOWN_KEYS: Final = (  # the fixed keys of the format, built or not
    "program",
    "currencies",
    "exchange_rates",
    "reason_codes",
    "rules",
    "tiers",
    "rewards",
    "badges",
    "challenges",
    "streaks",
    "stamp_cards",
    "levels",
    "leaderboards",
    "leagues",
    "draws",
    "referral_plan",
    "campaigns",
    "portal",
)

Apply = Callable[[Program, Any, datetime, Actor], None]
Export = Callable[[Program], Any]


class PartNotSupported(DomainError):
    """The document names a part that this version does not build yet; `--skip-unsupported` leaves it out."""

    code = "part_not_supported"
    kind = Kind.REFUSED
    title = _("Part not supported")
    detail = _("This version does not know the part {part} of the programme document.")


class StaleVersion(DomainError):
    """Somebody else has changed the programme since this document was read (U-15)."""

    code = "stale_version"
    kind = Kind.STALE
    title = _("Changed by somebody else")
    detail = _("The programme has changed since you read it: version {found}, not {told}.")


class ProgramDiffers(DomainError):
    """The document is another programme's: a key changes its own programme only."""

    code = "program_differs"
    kind = Kind.REFUSED
    title = _("Another programme's document")
    detail = _("This document describes the programme {told}, not {own}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One top-level key of the document: its shape, how it is applied, how it is read back (None: absent)."""

    key: str
    shape: Shape
    apply: Apply
    export: Export


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """What applying a document did, or in a rehearsal would do."""

    program: Program
    created: bool
    differences: list[Difference]
    skipped: list[str]


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Called once per part by a room's `document.py`."""
    assert part.key in KNOWN_KEYS, f"{part.key} is no key of the format"
    assert part.key not in _parts, f"two rooms claim the part {part.key}"
    _parts[part.key] = part


@unit_of_work
def apply_program(
    *,
    document: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    skip_unsupported: bool = False,
    own: Program | None = None,
    expected_version: int | None = None,
) -> Applied:
    """Make the programme what the document says; what it does not name stays as it is.

    `own` is the programme that the caller may change; without it (the command line) the slug finds or opens one.
    Raises Malformed with every problem found, PartNotSupported, ProgramDiffers, StaleVersion.
    """
    parts, skipped = _read(document, skip_unsupported=skip_unsupported)
    program, created = _program_of(document, own=own, at=at)
    if expected_version is not None and expected_version != program.version:
        raise StaleVersion(told=expected_version, found=program.version)
    before = {} if created else export_parts(program)
    for part in parts:
        part.apply(program, document[part.key], at, actor)
    program.refresh_from_db()
    differences = differences_between(before, export_parts(program))
    if differences and not created:
        program.version += 1
        program.save(update_fields=["version"])
    return Applied(program=program, created=created, differences=differences, skipped=skipped)


def export_program(program: Program) -> dict[str, Any]:
    """The whole programme as a document; applied again, it changes nothing."""
    return {"format": FORMAT} | export_parts(program)


def export_parts(program: Program) -> dict[str, Any]:
    values = {key: _parts[key].export(program) for key in KNOWN_KEYS if key in _parts}
    return {key: value for key, value in values.items() if value is not None}


def _read(document: Mapping[str, Any], *, skip_unsupported: bool) -> tuple[list[Part], list[str]]:
    if document.get("format") != FORMAT:
        raise Malformed(
            problems=[Problem(pointer="/format", code="not_a_choice", message=f"{FORMAT}")]
        )
    told = [key for key in document if key != "format"]
    unknown = [key for key in told if key not in KNOWN_KEYS]
    problems = [
        Problem(
            pointer=below("", key), code="unknown_field", message=_("This field is not known here.")
        )
        for key in unknown
    ]
    skipped = [key for key in told if key in KNOWN_KEYS and key not in _parts]
    if skipped and not skip_unsupported and not unknown:
        raise PartNotSupported(part=skipped[0], pointer=below("", skipped[0]))
    parts = [_parts[key] for key in KNOWN_KEYS if key in document and key in _parts]
    for part in parts:
        problems += part.shape.problems_with(document[part.key], pointer=below("", part.key))
    if problems:
        raise Malformed(problems=problems)
    return parts, skipped


@inside_unit_of_work
def _program_of(
    document: Mapping[str, Any], *, own: Program | None, at: datetime
) -> tuple[Program, bool]:
    told = document.get("program", {}).get("slug") or (own.slug if own else None)
    if told is None:
        raise Malformed(
            problems=[
                Problem(
                    pointer="/program/slug", code="required", message=_("This field is required.")
                )
            ]
        )
    if own is not None:
        if told != own.slug:
            raise ProgramDiffers(told=told, own=own.slug)
        return Program.objects.select_for_update().get(pk=own.pk), False
    found = Program.objects.select_for_update().filter(slug=told).first()
    if found is not None:
        return found, False
    return _opened(document["program"], at=at), True


def _opened(told: Mapping[str, Any], *, at: datetime) -> Program:
    missing = [key for key in ("name", "zone", "currency") if key not in told]
    if missing:
        raise Malformed(
            problems=[
                Problem(
                    pointer=below("/program", key),
                    code="required",
                    message=_("This field is required."),
                )
                for key in missing
            ]
        )
    return Program.objects.create(
        slug=told["slug"],
        name=told["name"],
        zone=told["zone"],
        currency=told["currency"],
        languages=told.get("languages", ["en"]),
        is_test=told.get("test", False),
        opened_at=at,
    )
