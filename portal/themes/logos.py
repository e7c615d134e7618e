"""Logos: a picture is written anew, as small as the head of a page shows it, and looked at on light and dark grounds (S-47, U-69)."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PIL import Image

from loyalty.pictures.drawing import pixels_of
from portal.themes.colours import contrast
from portal.themes.kinds import Ground

SHOWN: Final = (128, 40)  # CSS pixels of the head of a page
SHARPNESS: Final = 3  # a phone has up to three pixels for one of them
BYTES_MAX: Final = 30_000
LOOKED_AT: Final = (48, 48)
VISIBLE: Final = 128  # of 255; what is clearer than that is not seen
LOST_BELOW: Final = 2.0  # the contrast at which a shape cannot be made out
GROUNDS: Final[Mapping[str, str]] = {Ground.LIGHT: "#f5f7f6", Ground.DARK: "#0f1615"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Logo:
    """A file of our own making, how large it is, and on which pages it would be lost without a plate behind it."""

    file: bytes
    width: int
    height: int
    lost_on: str


def rewritten(told: bytes) -> Logo:
    """The same picture in a file of our own. Raises PictureRefused."""
    pixels = pixels_of(told)
    pixels.thumbnail((SHOWN[0] * SHARPNESS, SHOWN[1] * SHARPNESS), Image.Resampling.LANCZOS)
    file = _written(pixels)
    if len(file) > BYTES_MAX:
        file = _written(pixels.convert("RGBA").quantize(256, Image.Quantize.FASTOCTREE))
    return Logo(file=file, width=pixels.width, height=pixels.height, lost_on=_lost_on(pixels))


def shown_size(width: int, height: int) -> tuple[int, int]:
    """How large a page shows it: within the head, never enlarged."""
    scale = min(1.0, SHOWN[0] / width, SHOWN[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _written(pixels: Image.Image) -> bytes:
    out = io.BytesIO()
    pixels.save(out, "PNG", optimize=True)
    return out.getvalue()


def _lost_on(pixels: Image.Image) -> str:
    """The ground on which more than half of it cannot be made out; a picture without a clear part brings its own."""
    if pixels.mode != "RGBA":
        return ""
    looked = pixels.copy()
    looked.thumbnail(LOOKED_AT)
    told = looked.tobytes()
    dots = [told[at : at + 4] for at in range(0, len(told), 4)]
    seen = [f"#{dot[:3].hex()}" for dot in dots if dot[3] >= VISIBLE]
    if not seen or len(seen) == len(dots):
        return ""
    for name, ground in GROUNDS.items():
        lost = [colour for colour in seen if contrast(colour, ground) < LOST_BELOW]
        if 2 * len(lost) > len(seen):
            return name
    return ""
