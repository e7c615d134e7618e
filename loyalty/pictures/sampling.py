"""Sampling: the pictures of our own that a sample programme wears, as though staff had uploaded them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from loyalty.foundation.units import inside_unit_of_work
from loyalty.pictures.drawing import drawn
from loyalty.pictures.keeping import Sent, keep
from loyalty.programs.models import Program

_FOLDER: Final = Path(__file__).resolve().parent.parent / "presets" / "pictures"
EVERYWHERE: Final = "en"


@inside_unit_of_work
def wear_samples(*, program: Program, document: Mapping[str, Any], at: datetime) -> None:
    """Keep the pictures of the rewards and badges in this document, and name them there."""
    wanted = list(_wanted(document))
    sent = [Sent(drawing=drawn(path.read_bytes()), title=path.stem) for _thing, path in wanted]
    kept = keep.step(program=program, sent=sent, at=at)
    for (thing, _path), each in zip(wanted, kept, strict=True):
        thing["image"] = {EVERYWHERE: each.picture.shown_id}


def _wanted(document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Path]]:
    tiers = [tier for badge in document.get("badges", ()) for tier in badge["tiers"]]
    for folder, things in (("rewards", document.get("rewards", ())), ("badges", tiers)):
        for thing in things:
            path = _FOLDER / folder / f"{thing['slug']}.webp"
            if path.exists():
                yield thing, path
