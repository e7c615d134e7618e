"""Fonts of our own: light, whole, and what the list says they are."""

import hashlib
import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2] / "loyalty" / "static" / "wafa"
LOCALE = Path(__file__).parents[2] / "loyalty" / "locale"
SHEET = (HOME / "fonts.css").read_text()
# What pages of a language load, which is what the page fetches ahead.
LOADED = {
    "en": ["inter-latin"],
    "uk": ["inter-latin", "inter-cyrillic"],
    "ar": ["vazirmatn"],
    "fa": ["vazirmatn"],
}
BYTES_MAX = 60_000


def letters_of(name):
    """The letters for which a page asks for this file."""
    (told,) = re.findall(rf'fonts/{name}\.woff2"\).*?unicode-range: ([^;]+);', SHEET, re.DOTALL)
    ranges = (part.strip()[2:].partition("-") for part in told.split(","))
    return {
        number for a, _, b in ranges for number in range(int(a, 16), int(b or a, 16) + 1)
    }  # fmt: skip


@pytest.mark.parametrize("language", LOADED)
def test_are_light(language):
    """U-51: at most 60 kB for a script."""
    told = sum((HOME / "fonts" / f"{name}.woff2").stat().st_size for name in LOADED[language])

    assert told <= BYTES_MAX


@pytest.mark.parametrize("language", ["ar", "fa", "uk"])
def test_have_every_letter_of_our_texts(language):
    """U-62: what is fetched ahead is enough: no other font comes for a word of ours."""
    told = "".join(path.read_text() for path in (LOCALE / language).rglob("*.po"))
    written = set("".join(re.findall(r'^(?:msgstr(?:\[\d\])?)? ?"(.*)"$', told, re.MULTILINE)))

    had = set().union(*(letters_of(name) for name in LOADED[language]))

    assert {each for each in written if ord(each) not in had} == set()


@pytest.mark.parametrize(
    "letters",
    ["پچژگکی۰۱۲۳۴۵۶۷۸۹٬٫٪", "ةىئؤأإآءًٌٍَُِّْـ٠١٢٣٤٥٦٧٨٩،؛؟", "ٹڈڑںہےۓھ"],
    ids=["Persian", "Arabic", "Urdu"],
)
def test_have_the_letters_of_neighbours(letters):
    """U-62: names are written in more than our four languages."""
    assert {each for each in letters if ord(each) not in letters_of("vazirmatn")} == set()


def test_are_what_the_list_says():
    """Nobody changed a file by hand: `make fonts` writes files, sheet and list together."""
    listed = dict(
        re.findall(r"`fonts/([\w-]+)\.woff2`.*`(\w{64})`", (HOME / "VENDOR.md").read_text())
    )

    assert listed == {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (HOME / "fonts").glob("*.woff2")
    }
    assert set(listed) == set(re.findall(r"fonts/([\w-]+)\.woff2", SHEET))
