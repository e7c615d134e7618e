"""Palettes: what pages wear, derived from two colours; what had to be lifted to be read is told (U-69)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from portal.themes.colours import contrast, ink_on, lifted
from portal.themes.kinds import Corner, Ground, Scheme
from portal.themes.models import Theme

GROUNDS: Final[Mapping[bool, Mapping[str, str]]] = {
    False: {
        "ink": "#16201f", "quiet": "#546260", "paper": "#f5f7f6", "card": "#ffffff", "line": "#dfe6e4", "plus": "#0b6b3a",
        "minus": "#9a3412", "ending": "#7a4b00", "ending-paper": "#fdf1dc",
    },
    True: {
        "ink": "#e8eeed", "quiet": "#a6b5b2", "paper": "#0f1615", "card": "#182221", "line": "#2a3836", "plus": "#6fd59b",
        "minus": "#f4a27a", "ending": "#f3cd85", "ending-paper": "#33270f",
    },
}  # fmt: skip
CORNERS: Final[Mapping[str, str]] = {
    Corner.SQUARE: "0",
    Corner.SOFT: ".75rem",
    Corner.ROUND: "1.5rem",
}
SHOWN: Final[Mapping[str, tuple[bool, ...]]] = {
    Scheme.BOTH: (False, True),
    Scheme.LIGHT: (False,),
    Scheme.DARK: (True,),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Lift:
    """A colour that could not be read as it was told, and what stands in its place."""

    told: str
    worn: str
    is_dark: bool
    before: float
    after: float


def palette(theme: Theme, *, is_dark: bool) -> dict[str, str]:
    """Every colour of a page, by the name of its variable."""
    grounds = GROUNDS[is_dark]
    on = (grounds["card"], grounds["paper"])
    brand = lifted(theme.main, on=on, is_dark=is_dark)
    accent = lifted(theme.accent, on=on, is_dark=is_dark)
    return {
        **grounds,
        "brand": brand,
        "brand-ink": ink_on(brand),
        "accent": accent,
        "focus": accent,
    }


def lifts_of(theme: Theme) -> list[Lift]:
    """What had to be lifted, on light and on dark pages."""
    return list(_lifts(theme))


def _lifts(theme: Theme) -> Iterator[Lift]:
    for is_dark in SHOWN[theme.scheme]:
        worn = palette(theme, is_dark=is_dark)
        for told, name in ((theme.main, "brand"), (theme.accent, "accent")):
            if worn[name] != told:
                yield Lift(
                    told=told,
                    worn=worn[name],
                    is_dark=is_dark,
                    before=round(contrast(told, worn["card"]), 1),
                    after=round(contrast(worn[name], worn["card"]), 1),
                )


def stylesheet(theme: Theme) -> str:
    """The programme's own sheet: variables and nothing else."""
    shown = SHOWN[theme.scheme]
    plain = _block(theme, is_dark=shown[0], scheme=" ".join(_named(each) for each in shown))
    if len(shown) == 1:
        return plain
    return plain + "@media (prefers-color-scheme: dark) {" + _block(theme, is_dark=True) + "}\n"


def plate_of(theme: Theme, *, is_dark: bool) -> str:
    """What stands behind a logo that would be lost on such pages: a card of the other kind; empty where none is needed."""
    lost_on = Ground.DARK if is_dark else Ground.LIGHT
    return GROUNDS[not is_dark]["card"] if theme.logo_lost_on == lost_on else ""


def _block(theme: Theme, *, is_dark: bool, scheme: str = "") -> str:
    values = {f"--{name}": value for name, value in palette(theme, is_dark=is_dark).items()}
    values["--corner"] = CORNERS[theme.corner]
    if plate := plate_of(theme, is_dark=is_dark):
        values["--logo-plate"] = plate
    if scheme:
        values["color-scheme"] = scheme
    return ":root {" + " ".join(f"{name}: {value};" for name, value in values.items()) + "}\n"


def _named(is_dark: bool) -> str:
    return "dark" if is_dark else "light"
