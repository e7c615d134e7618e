"""Logos: a picture is read as what it is, and written anew: what else a file may hide stays behind (S-47)."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
BYTES_MAX: Final = 200_000
PIXELS_MAX: Final = 1_024  # of a side
KEPT: Final = (b"IHDR", b"PLTE", b"tRNS", b"IDAT")
CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # samples of a pixel, by the colour type


class LogoRefused(DomainError):
    """Not a picture that can be decoded, or too large (S-47)."""

    code = "logo_refused"
    kind = Kind.REFUSED
    title = _("This logo cannot be taken")
    detail = _("Send a PNG of at most {bytes} bytes and {pixels} pixels a side.")


def rewritten(told: bytes) -> bytes:
    """The same picture in a file of our own making. Raises LogoRefused."""
    try:
        chunks = _read(told)
        pixels = zlib.compress(_pixels(chunks), 9)
    except (ValueError, struct.error, zlib.error, KeyError) as error:
        raise LogoRefused(bytes=BYTES_MAX, pixels=PIXELS_MAX) from error
    kept = {**chunks, b"IDAT": pixels}
    written = [_chunk(kind, kept[kind]) for kind in KEPT if kind in kept]
    return SIGNATURE + b"".join(written) + _chunk(b"IEND", b"")


def _read(told: bytes) -> dict[bytes, bytes]:
    """The chunks that make the picture, its data joined; raises ValueError for what does not fit."""
    if len(told) > BYTES_MAX or not told.startswith(SIGNATURE):
        raise ValueError
    chunks: dict[bytes, bytes] = {}
    for kind, body in _chunks(told):
        if kind in KEPT:
            chunks[kind] = chunks.get(kind, b"") + body
    return chunks


def _chunks(told: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(told):
        (size,) = struct.unpack(">I", told[at : at + 4])
        kind, body = told[at + 4 : at + 8], told[at + 8 : at + 8 + size]
        (check,) = struct.unpack(">I", told[at + 8 + size : at + 12 + size])
        if check != zlib.crc32(kind + body):
            raise ValueError
        if kind == b"IEND":
            return
        yield kind, body
        at += 12 + size
    raise ValueError


def _pixels(chunks: dict[bytes, bytes]) -> bytes:
    """The unpacked data, of exactly the size that the head promises: no bomb, nothing behind it."""
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if not (0 < width <= PIXELS_MAX and 0 < height <= PIXELS_MAX) or rest != [0, 0, 0]:
        raise ValueError
    row = 1 + (width * depth * CHANNELS[colour] + 7) // 8
    unpacking = zlib.decompressobj()
    pixels = unpacking.decompress(chunks[b"IDAT"], row * height + 1)
    if len(pixels) != row * height or not unpacking.eof:
        raise ValueError
    return pixels


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
