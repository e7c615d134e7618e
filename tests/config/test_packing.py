"""What travels compressed: what customers' phones load, and nothing else."""

import gzip

import pytest
from django.test import Client

from tests.world.programs import a_program

PACKED = {"HTTP_ACCEPT_ENCODING": "gzip, br"}


@pytest.fixture
def cafe(db):
    return a_program()


@pytest.mark.parametrize(
    "path", ["/p/corner-cafe/welcome", "/p/corner-cafe/manifest.webmanifest", "/w/corner-cafe/", "/widget/v1.js"]
)  # fmt: skip
def test_pages_and_scripts_are_packed(cafe, path):
    """U-51: compressed for whoever can read that, the same bytes for everybody."""
    plain, packed = Client().get(path), Client().get(path, **PACKED)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    assert len(gzip.decompress(packed.content)) == len(plain.content)
    assert len(packed.content) < len(plain.content)


def test_sheets_are_packed():
    """U-51: a file that is sent in pieces too."""
    packed = Client().get("/static/portal/portal.css", **PACKED)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"color-scheme" in gzip.decompress(packed.getvalue())


@pytest.mark.parametrize(
    "path",
    [
        "/admin/login/",
        "/v1/openapi.json",
        "/static/wafa/fonts/inter-latin.woff2",
        "/p/corner-cafe/statement.csv",
    ],
)
def test_the_rest_is_not(cafe, path):
    """Staff's pages and the API show secrets to whoever may see them; fonts are packed already."""
    assert "Content-Encoding" not in Client().get(path, **PACKED).headers


def test_lengths_tell_nothing(cafe):
    """BREACH: the same page has another length each time, whatever a stranger makes it repeat."""
    visitor = Client()
    lengths = {len(visitor.get("/p/corner-cafe/welcome", **PACKED).content) for _ in range(20)}

    assert len(lengths) > 1
