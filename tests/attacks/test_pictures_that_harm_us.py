"""Somebody sends pictures that are none, or are more than that: refused in time, and nothing of them is kept (S-47)."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image, PngImagePlugin

from loyalty.pictures.drawing import BYTES_MAX, LARGE, PIXELS_MAX, SMALL, drawn
from loyalty.pictures.models import Picture
from loyalty.pictures.refusals import PictureRefused
from tests.world.access import a_shop
from tests.world.pictures import a_file, sent_picture
from tests.world.programs import a_program

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
PAGE = b"<!DOCTYPE html><script>alert(1)</script>"


def an_archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    return out.getvalue()


def a_png_of(width, height, *, pixels=b""):
    """A head that promises so many pixels, and these."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))  # fmt: skip

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(pixels))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")


def a_jpeg_of_scans(number):
    """A progressive JPEG whose last scan comes again and again: each is a walk over all pixels."""
    honest = a_file("JPEG", (64, 64), progressive=True)
    last = honest.rindex(b"\xff\xda")
    return honest[:-2] + honest[last:-2] * number + b"\xff\xd9"


HOSTILE = {
    "nothing": b"",
    "svg": SVG,
    "svg behind a signature": b"\x89PNG\r\n\x1a\n" + SVG,
    "page": PAGE,
    "gif": a_file("GIF"),
    "tiff": a_file("TIFF"),
    "bmp": a_file("BMP"),
    "icon": a_file("ICO", (64, 64)),
    "pdf": a_file("PDF"),
    "postscript": b"%!PS-Adobe-3.0\n",
    "cut png": a_file("PNG")[:-40],
    "cut jpeg": a_file("JPEG")[:-200],
    "cut webp": a_file("WEBP")[:-40],
    "png and archive": a_file("PNG") + an_archive(),
    "jpeg and archive": a_file("JPEG") + an_archive(),
    "webp and page": a_file("WEBP") + PAGE,
    "png and page and its end once more": a_file("PNG") + PAGE + b"IEND\xaeB`\x82",
    "too wide": a_png_of(PIXELS_MAX + 1, 1, pixels=b"\0" * (PIXELS_MAX + 2)),
    "a bomb of pixels": a_png_of(60_000, 60_000, pixels=b"\0" * 1_000),
    "a head alone": a_png_of(100, 100),
    "no pixels": a_png_of(0, 0),
    "countless scans": a_jpeg_of_scans(100),
    "too heavy": a_file("PNG") + b"\0" * BYTES_MAX,
}


@pytest.mark.parametrize("told", HOSTILE.values(), ids=HOSTILE)
def test_is_refused(told):
    """S-47: SVG, polyglots, bombs, what is cut, and what is no PNG, JPEG or WebP."""
    with pytest.raises(PictureRefused):
        drawn(told)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["svg", "png and archive", "a bomb of pixels"])
def test_leaves_nothing_behind(name):
    """S-47: over the wire, whatever it calls itself; the control is taken."""
    shop = a_shop(a_program())

    refused = sent_picture(shop, HOSTILE[name], name="cup.png")

    assert (refused.status_code, refused.json()["code"]) == (422, "picture_refused")
    assert not Picture.objects.exists()
    assert sent_picture(shop, a_file()).status_code == 201


class TestWhatIsKept:
    def test_has_nothing_of_the_file_but_its_pixels(self):
        """S-47: no place, no camera, no text, no profile."""
        exif = Image.Exif()
        exif[0x010E] = "hidden words"
        told = PngImagePlugin.PngInfo()
        told.add_text("Comment", "hidden words")
        files = [
            a_file("JPEG", exif=exif, comment=b"hidden words", icc_profile=b"hidden words"),
            a_file("PNG", pnginfo=told, exif=exif, icc_profile=b"hidden words"),
            a_file("WEBP", exif=exif, xmp=b"hidden words", icc_profile=b"hidden words"),
        ]

        ours = [drawn(file) for file in files]

        assert all(b"hidden" in file for file in (files[0], files[2]))
        for drawing in ours:
            for file in (drawing.small, drawing.large):
                read = Image.open(io.BytesIO(file))
                assert b"hidden" not in file
                assert read.format == "WEBP"
                assert not set(read.info) & {"exif", "xmp", "icc_profile", "comment"}

    def test_is_light_whatever_it_shows(self):
        """U-51: noise weighs most, clear noise more."""
        rows = bytes(range(256)) * (4 * 700 * 700 // 256 + 1)
        noise = bytes(zlib.crc32(rows[at : at + 8]) >> 3 & 255 for at in range(len(rows) - 8))
        out = io.BytesIO()
        Image.frombytes("RGBA", (400, 400), noise[: 4 * 400 * 400]).save(out, "PNG")

        ours = drawn(out.getvalue())

        assert len(ours.small) <= SMALL[1]
        assert len(ours.large) <= LARGE[1]
