"""Naming: definitions name pictures as `pic_…`, or give an https address elsewhere, which our own pages do not show."""

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from django.conf import settings

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import TEXT_LENGTH, Id, read_id, shown
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.shapes import Schema
from loyalty.pictures.drawing import LARGE, SMALL
from loyalty.pictures.models import Picture
from loyalty.pictures.refusals import PictureUnknown
from loyalty.programs.models import Program

# Which of these names stand in definitions of a room, past ones included.
Reader: TypeAlias = Callable[[list[str]], Iterable[str]]

IMAGE: Final[Schema] = {
    "type": "string",
    "maxLength": 500,
    "pattern": f"^(https://[^\\s\"'<>]+|pic_[0-9a-hjkmnp-tv-z]{{{TEXT_LENGTH}}})$",
}
# Whoever names a picture holds it until the definition is kept: nobody takes it away meanwhile.
_HELD: Final = """
    SELECT digest FROM loyalty_picture WHERE program_id = %s AND digest = ANY(%s::uuid[]) FOR KEY SHARE
"""
_readers: Final[dict[str, Reader]] = {}


def names_pictures(room: str) -> Callable[[Reader], Reader]:
    """Register how a room tells which pictures its definitions name."""

    def register(reader: Reader) -> Reader:
        _readers[room] = reader
        return reader

    return register


def named_among(names: list[str]) -> set[str]:
    """Those of these names that stand in any definition."""
    return {name for reader in _readers.values() for name in reader(names)}


def demand_pictures(*, program: Program, named: Iterable[tuple[str, str]]) -> None:
    """Refuse pictures that the programme does not have; `named` are pointers with what stands there."""
    wanted = {pointer: told for pointer, told in named if digest_in(told)}
    if not wanted:
        return
    digests = sorted({digest for told in wanted.values() if (digest := digest_in(told))})
    known = {shown(Picture.prefix, row[0]) for row in run(_HELD, [program.pk, digests])}
    for pointer, told in wanted.items():
        if told not in known:
            raise PictureUnknown(name=told, pointer=pointer)


def digest_in(told: str) -> Id | None:
    """The digest behind a picture's name; None for anything else."""
    try:
        return read_id(Picture.prefix, told)
    except NotFound:
        return None


def path_of(told: str, *, is_small: bool = False) -> str:
    """Where our own pages find a picture; empty for what is none of ours."""
    if digest_in(told) is None:
        return ""
    return f"/pictures/{told}-{(SMALL if is_small else LARGE)[0]}.webp"


def address_of(told: str) -> str:
    """Where anybody finds what a definition calls its image."""
    path = path_of(told)
    return f"{settings.WAFA_BASE_URL}{path}" if path else told
