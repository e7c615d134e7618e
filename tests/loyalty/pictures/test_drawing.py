"""Pictures are written anew in two sizes, upright, and named by the file that was sent."""

import io

import pytest
from PIL import Image

from loyalty.pictures.drawing import drawn
from tests.world.pictures import TEAL, a_file


def read(file):
    return Image.open(io.BytesIO(file)).convert("RGBA")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize(
    ("size", "large", "small"),
    [
        ((1200, 800), (512, 341), (192, 128)),
        ((100, 50), (100, 50), (100, 50)),
        ((4096, 1), (512, 1), (192, 1)),
    ],
)
def test_fits_its_pages_and_grows_never(kind, size, large, small):
    """S-47, U-51: PNG, JPEG and WebP; the sides keep their proportion."""
    ours = drawn(a_file(kind, size))

    assert (ours.width, ours.height) == large
    assert (read(ours.large).size, read(ours.small).size) == (large, small)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_takes_every_kind_of_pixel(mode):
    colour = {"1": 1, "L": 90, "LA": (90, 255), "P": 5, "RGBA": (*TEAL, 255)}.get(mode, TEAL)

    assert drawn(a_file("PNG", (64, 64), mode=mode, colour=colour)).width == 64


def test_what_is_clear_stays_clear():
    ours = read(drawn(a_file("PNG", (64, 64), mode="RGBA", colour=(*TEAL, 255))).small)

    assert (ours.getpixel((0, 0))[3], ours.getpixel((32, 32))[3]) == (0, 255)


def test_a_phone_held_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter to the right

    ours = drawn(a_file("JPEG", (300, 100), exif=exif))

    assert (ours.width, ours.height) == (100, 300)


def test_the_same_file_has_the_same_name():
    """The programme document may go to another programme, with its pictures sent there."""
    assert drawn(a_file()).digest == drawn(a_file()).digest
    assert drawn(a_file()).digest != drawn(a_file(size=(601, 400))).digest
