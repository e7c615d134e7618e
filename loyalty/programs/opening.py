"""Opening a programme from the command line or a script."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from loyalty.foundation.actors import Actor
from loyalty.programs.documents import FORMAT, Applied, apply_program
from loyalty.programs.models import Program

PRESETS: Final = ("cafe", "shop", "blank")
_FOLDER: Final = Path(__file__).resolve().parent.parent / "presets"


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """What one needs to know to open a programme."""

    slug: str
    name: str
    zone: str
    currency: str
    is_test: bool = False
    preset: str = "blank"


@cache
def _preset_text(name: str) -> str:
    return (_FOLDER / f"{name}.json").read_text(encoding="utf-8")


def preset(name: str) -> dict[str, Any]:
    """A ready-made programme document; callers may change their copy."""
    document: dict[str, Any] = json.loads(_preset_text(name))
    return document


def document_of(opening: Opening) -> dict[str, Any]:
    """The preset's document under this name, zone and currency."""
    document = preset(opening.preset)
    own: Mapping[str, Any] = {
        "slug": opening.slug,
        "name": {"en": opening.name},
        "zone": opening.zone,
        "currency": opening.currency,
    }
    document["program"] = document.get("program", {}) | own
    if opening.is_test:
        document["program"]["test"] = True
    return {"format": FORMAT} | document


def open_program(*, opening: Opening, actor: Actor, at: datetime) -> tuple[Program, bool]:
    """The programme of that slug, and whether it is new; one that is there already stays untouched."""
    found = Program.objects.filter(slug=opening.slug).first()
    if found is not None:
        return found, False
    applied: Applied = apply_program(
        document=document_of(opening), actor=actor, at=at, skip_unsupported=True
    )
    return applied.program, applied.created
