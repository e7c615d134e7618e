"""`make fonts`: the pages' fonts, cut from their sources to the letters of our languages, and their sheet. Not a test.

Until a font has come, text stands in one of the reader's own. Its measure is drawn to ours by what this counts: the width
of our own texts in both, shaped by HarfBuzz; the heights from the fonts' tables. So nothing moves when the font comes.
"""

import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import uharfbuzz
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from tests.e2e.chromium import ROOT, unpacked

HOME: Final = ROOT / "loyalty" / "static" / "wafa"
CATALOGUES: Final = ROOT / "loyalty" / "locale"
WEIGHTS: Final = (400, 700)
FEATURES: Final = (
    "ccmp", "locl", "kern", "mark", "mkmk", "tnum",
    "init", "medi", "fina", "isol", "rlig", "liga", "calt",
)  # fmt: skip
# Inter's own contextual forms are ornaments of eight kilobytes.
FEATURES_OF_INTER: Final = ("ccmp", "locl", "kern", "mark", "mkmk", "tnum")
# Package, version, npm's integrity.
INTER: Final = (
    "@fontsource-variable/inter",
    "5.3.0",
    "OupL48va4JNofb97w6NYeF9S7W/kHNKM0Er8Dem5nqi4jeOLrVJDoE8tZEpnMJmtkvNbB1EIPPwHcdkF6b1oUA==",
)
VAZIRMATN: Final = (
    "vazirmatn",
    "33.0.3",
    "fbjNc0CMjazZpIegWzz9OHGzI1APFboT+x7ZecXlUCtDe/nkyx7gtCTZnWS/+eeXG7fbfXymCPKJI8EsnM3iqw==",
)
ARIMO: Final = (
    "@fontsource/arimo",
    "5.3.0",
    "nhxZ2sTVZYX8DJBgLuyX360B5vE4mxqpmjlKTRfucIqfcWRVx9vOYzWBc1IgEX0ist48VMC10PRKbFyH+4QFvQ==",
)
ROBOTO: Final = (
    "@fontsource/roboto",
    "5.3.0",
    "BapRJOWYP+LZ21zp+wBQjfpPYKRoxc4LspJ/RLuI+HSMBD5u/X4O+ESDrSvEqDSy0rAl7GwBJ+09mdc16cVQ1Q==",
)
NASKH: Final = (
    "@fontsource/noto-naskh-arabic",
    "5.3.0",
    "S/GDgQ6mh/PKo4mz5+eXNYbEarvpI7yh6eCdOz8tTVbeM7+OUiacIEscaYEibr/+egDtGbO2ZB00sjy1bJC1kQ==",
)
DEJAVU: Final = (
    "dejavu-fonts-ttf",
    "2.37.3",
    "f1hd7jJbeQa1VWcw+K2KrTXS50zTMaHpVC4XIKJpNcDeYR5ajMtj/iLlQDYNvLOKamUB3ARVVCf79lNwNVztSQ==",
)
ASCII: Final = "20-7E"
SIGNS: Final = (
    "A0-FF 131 152-153 2010-2015 2018-201E 2022 2026 202F-2030 2039-203A 2066-2069 20AC 2122 2212"
)


@dataclass(frozen=True)
class Cut:
    """What is kept of one source, as one file."""

    name: str
    family: str
    package: tuple[str, str, str]
    path: str
    letters: str
    features: tuple[str, ...] = FEATURES_OF_INTER


@dataclass(frozen=True)
class StandIn:
    """A font that readers have, drawn to the measure of one of ours."""

    name: str
    called: tuple[str, ...]
    package: tuple[str, str, str]
    path: str
    of: str
    language: str


# A page in English loads the first, one in Ukrainian the first and the third, one in Arabic or Persian the last alone, which
# therefore has digits, signs and the letters of a café of its own.
CUTS: Final = (
    Cut("inter-latin", "Inter", INTER, "files/inter-latin-wght-normal.woff2",
        f"{ASCII} A0-FF 131 152-153 2BB-2BC 2C6 2DA 2DC 2000-2015 2018-201E 2020 2022 2026 202F-2030 2039-203A 2044 2066-2069 20AC 2122 2191 2193 2212"),
    Cut("inter-latin-more", "Inter", INTER, "files/inter-latin-ext-wght-normal.woff2",
        "100-130 132-151 154-17F 18F 192 1A0-1A1 1AF-1B0 1CD-1DC 1E6-1E7 1FA-21B 237 259 2C7 2D8-2D9 2DB 2DD 1E80-1E85 1E9E 1EF2-1EF3 20A0-20AB 20AD-20B3 20B5-20C0"),
    Cut("inter-cyrillic", "Inter", INTER, "files/inter-cyrillic-wght-normal.woff2", "301 400-45F 490-491 4B0-4B1 2116"),
    Cut("inter-cyrillic-more", "Inter", INTER, "files/inter-cyrillic-ext-wght-normal.woff2", "460-48F 492-4AF 4B2-4FF 20B4"),
    Cut("vazirmatn", "Vazirmatn", VAZIRMATN, "fonts/webfonts/Vazirmatn[wght].woff2",
        f"{ASCII} {SIGNS} 600-6FF 200C-200F FDFC", FEATURES),
)  # fmt: skip
STAND_INS: Final = (
    StandIn("Inter Arial", ("Arial", "Liberation Sans", "Arimo"), ARIMO, "files/arimo-latin-400-normal.woff2", "inter-latin", "en"),
    StandIn("Inter Arial", ("Arial", "Liberation Sans", "Arimo"), ARIMO, "files/arimo-cyrillic-400-normal.woff2", "inter-cyrillic", "uk"),
    StandIn("Inter Roboto", ("Roboto",), ROBOTO, "files/roboto-latin-400-normal.woff2", "inter-latin", "en"),
    StandIn("Inter Roboto", ("Roboto",), ROBOTO, "files/roboto-cyrillic-400-normal.woff2", "inter-cyrillic", "uk"),
    StandIn("Vazirmatn Naskh", ("Noto Naskh Arabic UI", "Noto Naskh Arabic"), NASKH, "files/noto-naskh-arabic-arabic-400-normal.woff2", "vazirmatn", "fa"),
    StandIn("Vazirmatn DejaVu", ("DejaVu Sans",), DEJAVU, "ttf/DejaVuSans.ttf", "vazirmatn", "fa"),
)  # fmt: skip


def main() -> None:
    """Write the fonts, their sheet and the list of what they were made from."""
    cut = {each.name: _cut(each) for each in CUTS}
    faces = [_face(each, cut[each.name]) for each in CUTS]
    faces += [_stand_in(each, cut[each.of]) for each in STAND_INS]
    intro = "/* Made by `make fonts`. Fonts of our own: without a shipped one, Arabic text is blank on a bare machine. */"
    (HOME / "fonts.css").write_text("\n".join([intro, *faces]) + "\n")
    _list()


def _cut(wanted: Cut) -> TTFont:
    """One file: weights between regular and bold, the letters, no hints (screens of today ignore them)."""
    source = TTFont(unpacked(*wanted.package) / wanted.path, recalcTimestamp=False)
    font = _reread(instancer.instantiateVariableFont(source, {"wght": WEIGHTS}))
    options = Options()
    options.layout_features = list(wanted.features)
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    cutting = Subsetter(options)
    cutting.populate(unicodes=_numbers(wanted.letters))
    cutting.subset(font)
    font.flavor = "woff2"
    font.save(HOME / "fonts" / f"{wanted.name}.woff2")
    return _reread(font)


def _face(cut: Cut, font: TTFont) -> str:
    kept = _numbers(cut.letters) & set(font.getBestCmap())
    # What is no letter of its own but steers its neighbours belongs to whoever has the neighbours.
    steering = _numbers(cut.letters) & _numbers("200C-200F 2066-2069")
    return f"""@font-face {{
  font-family: "{cut.family}"; font-style: normal; font-display: swap; font-weight: {WEIGHTS[0]} {WEIGHTS[1]};
  src: url("fonts/{cut.name}.woff2") format("woff2");
  unicode-range: {_ranges(kept | steering)};
}}"""


def _stand_in(wanted: StandIn, ours: TTFont) -> str:
    theirs = _reread(TTFont(unpacked(*wanted.package) / wanted.path))
    words = _words(wanted.language, set(ours.getBestCmap()) & set(theirs.getBestCmap()))
    size = _width(words, ours) / _width(words, theirs)
    unit = ours["head"].unitsPerEm * size
    heights = {
        "ascent": ours["hhea"].ascent,
        "descent": -ours["hhea"].descent,
        "line-gap": ours["hhea"].lineGap,
    }
    told = "; ".join(f"{name}-override: {height / unit:.2%}" for name, height in heights.items())
    (cut,) = (each for each in CUTS if each.name == wanted.of)
    called = ", ".join(f'local("{name}")' for name in wanted.called)
    return f"""@font-face {{
  font-family: "{wanted.name}"; src: {called}; size-adjust: {size:.2%}; {told};
  unicode-range: {_ranges(_numbers(cut.letters))};
}}"""  # fmt: skip


def _words(language: str, letters: set[int]) -> list[str]:
    """The words of our own texts that can be written with these letters."""
    told = "".join(
        line
        for path in sorted((CATALOGUES / ("uk" if language == "en" else language)).rglob("*.po"))
        for line in re.findall(
            r'^(?:msgid|)\s?"(.*)"$' if language == "en" else r'^(?:msgstr(?:\[\d\])?)? ?"(.*)"$',
            path.read_text(),
            re.MULTILINE,
        )
    )
    plain = re.sub(r"%\(\w+\)s|%[sd]|\\n", " ", told)
    return [word for word in plain.split() if {ord(each) for each in word} <= letters]


def _width(words: Iterable[str], font: TTFont) -> float:
    """How wide these words are together, in heights of the font."""
    file = io.BytesIO()
    font.flavor = None
    font.save(file)
    face = uharfbuzz.Face(file.getvalue())
    shaping, total = uharfbuzz.Font(face), 0
    for word in words:
        line = uharfbuzz.Buffer()
        line.add_str(word)
        line.guess_segment_properties()
        uharfbuzz.shape(shaping, line)
        total += sum(each.x_advance for each in line.glyph_positions)
    return total / float(face.upem)


def _list() -> None:
    """`VENDOR.md`: where each file comes from, so that anybody can make it anew."""
    for old in (HOME / "fonts").glob("*.woff2"):
        if old.stem not in {each.name for each in CUTS}:
            old.unlink()
    licences = {INTER: "inter-OFL.txt", VAZIRMATN: "vazirmatn-OFL.txt"}
    rows = [
        f"| `fonts/{each.name}.woff2` | npm `{each.package[0]}` {each.package[1]}, `{each.path}` | SIL OFL 1.1 (`fonts/{licences[each.package]}`) | `{_digest(each)}` |"
        for each in CUTS
    ]
    head = "# Vendored here\n\nCut from their packages by `make fonts`; nothing is loaded from another host.\n\n| file | cut from | licence | sha256 |\n|---|---|---|---|\n"
    (HOME / "VENDOR.md").write_text(head + "\n".join(rows) + "\n")


def _digest(cut: Cut) -> str:
    return hashlib.sha256((HOME / "fonts" / f"{cut.name}.woff2").read_bytes()).hexdigest()


def _reread(font: TTFont) -> TTFont:
    """The font as it is once written: half of the tools look at tables that others have changed."""
    file = io.BytesIO()
    font.flavor = None
    font.save(file)
    file.seek(0)
    return TTFont(file, recalcTimestamp=False)


def _numbers(told: str) -> set[int]:
    """`20-7E A0` as the numbers of their signs."""
    numbers: set[int] = set()
    for part in told.split():
        first, _, last = part.partition("-")
        numbers |= set(range(int(first, 16), int(last or first, 16) + 1))
    return numbers


def _ranges(numbers: set[int]) -> str:
    """The same as a style sheet writes it."""
    told: list[list[int]] = []
    for each in sorted(numbers):
        if told and told[-1][1] == each - 1:
            told[-1][1] = each
        else:
            told.append([each, each])
    return ", ".join(f"U+{a:04X}" if a == b else f"U+{a:04X}-{b:04X}" for a, b in told)


if __name__ == "__main__":
    main()
