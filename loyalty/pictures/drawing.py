"""Drawing: a file is decoded as what it is, and its pixels are written anew: whatever else it hides stays behind (S-47)."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from PIL import Image, ImageOps

from loyalty.foundation.ids import Id
from loyalty.pictures.refusals import PictureRefused

BYTES_MAX: Final = 2_000_000
PIXELS_MAX: Final = 4_096  # of a side
SCANS_MAX: Final = 64  # of a JPEG; an honest one has about ten, and each is a walk over all pixels
FORMATS: Final = ("PNG", "JPEG", "WEBP")
# The longest side, and how heavy the file may be: a page shows a dozen small ones at first sight (U-51).
SMALL: Final = (192, 8_000)
LARGE: Final = (512, 40_000)
QUALITIES: Final = (84, 72, 58, 44, 30)
_PNG_END: Final = b"IEND\xaeB`\x82"
_JPEG_SCAN, _JPEG_END = b"\xff\xda", b"\xff\xd9"
_UNREADABLE: Final = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error,
    Image.DecompressionBombError,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """A picture in files of our own making. `digest` names it: the same file has the same name everywhere."""

    digest: Id
    small: bytes
    large: bytes
    width: int
    height: int


def drawn(told: bytes) -> Drawing:
    """This file as we keep it, in WebP. Raises PictureRefused."""
    pixels = pixels_of(told)
    large = _fitted(pixels, LARGE[0])
    return Drawing(
        digest=Id(bytes=sha256(told).digest()[:16]),
        small=_written(_fitted(large, SMALL[0]), bytes_max=SMALL[1]),
        large=_written(large, bytes_max=LARGE[1]),
        width=large.width,
        height=large.height,
    )


def pixels_of(told: bytes) -> Image.Image:
    """The pixels of this file, upright, and nothing else of it; of a moving picture the first. Raises PictureRefused."""
    try:
        if len(told) > BYTES_MAX or not _ends_where_it_should(told):
            raise ValueError
        with Image.open(io.BytesIO(told), formats=FORMATS) as opened:
            if max(opened.size) > PIXELS_MAX:
                raise ValueError
            # A large JPEG is unpacked no larger than we need it.
            opened.draft("RGB", (LARGE[0] * 2, LARGE[0] * 2))
            upright = ImageOps.exif_transpose(opened)
            mode = "RGBA" if upright.has_transparency_data else "RGB"
            bare = Image.new(mode, upright.size)
            bare.paste(upright.convert(mode))
            return bare
    except _UNREADABLE as error:
        raise PictureRefused(megabytes=BYTES_MAX // 1_000_000, pixels=PIXELS_MAX) from error


def _ends_where_it_should(told: bytes) -> bool:
    """Whether nothing stands behind the picture: no archive, no page, no script; and no JPEG of countless scans."""
    if told.startswith(b"\x89PNG\r\n\x1a\n"):
        return told.endswith(_PNG_END) and told.count(_PNG_END) == 1
    if told.startswith(b"RIFF"):
        (size,) = struct.unpack("<I", told[4:8])
        return bool(len(told) == size + 8)
    if told.startswith(b"\xff\xd8\xff"):
        return told.endswith(_JPEG_END) and told.count(_JPEG_SCAN) <= SCANS_MAX
    return False


def _fitted(pixels: Image.Image, side: int) -> Image.Image:
    fitted = pixels.copy()
    fitted.thumbnail((side, side), Image.Resampling.LANCZOS)
    return fitted


def _written(pixels: Image.Image, *, bytes_max: int) -> bytes:
    """The file of best quality that is light enough; what stays too heavy is made smaller."""
    for file in _tries(pixels):
        if len(file) <= bytes_max:
            return file
    smaller = max(1, max(pixels.size) * 3 // 4)
    return _written(_fitted(pixels, smaller), bytes_max=bytes_max)


def _tries(pixels: Image.Image) -> Iterator[bytes]:
    for quality in QUALITIES:
        out = io.BytesIO()
        pixels.save(out, "WEBP", quality=quality, alpha_quality=quality, method=4)
        yield out.getvalue()
