"""Colours: how far two stand apart, as WCAG counts it, and the nearest shade that stands far enough (U-5)."""

import colorsys
from collections.abc import Sequence
from typing import Final

CONTRAST_MIN: Final = 4.5  # WCAG 2.2, 1.4.3
STEPS: Final = 200
WHITE: Final = "#ffffff"
NIGHT: Final = "#0c1a18"


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def lifted(colour: str, *, on: Sequence[str], is_dark: bool) -> str:
    """The shade nearest to this colour that can be read on all of these: darker on light grounds, lighter on dark ones."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    goal = 1.0 if is_dark else 0.0
    for step in range(STEPS + 1):
        shade = lightness + (goal - lightness) * step / STEPS
        tried = _written(colorsys.hls_to_rgb(hue, shade, saturation))
        if all(contrast(tried, ground) >= CONTRAST_MIN for ground in on):
            return tried
    raise AssertionError("black reads on every light ground, and white on every dark one")


def ink_on(colour: str) -> str:
    """White or night, whichever is read better on this colour."""
    return max((WHITE, NIGHT), key=lambda ink: contrast(ink, colour))


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _written(parts: Sequence[float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
