"""Ids: UUIDv7 inside, prefixed Crockford text at the doors (`mem_01jd…`)."""

import uuid
from typing import ClassVar, Final

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils import compat

from loyalty.foundation.refusals import NotFound

Id = uuid.UUID

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
TEXT_LENGTH: Final = 26  # 128 bits in groups of five, the first group holding three
# Two characters at a time: statements show hundreds of ids.
_PAIRS: Final = [first + second for first in ALPHABET for second in ALPHABET]
_SHIFTS: Final = tuple(range(120, -1, -10))
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}


def new_id() -> Id:
    """A fresh UUIDv7: ids made later sort later, so indexes grow at their end."""
    return compat.uuid7()


def shown(prefix: str, row_id: Id) -> str:
    """The id as callers see it: prefix, underscore, 26 characters of Crockford base32."""
    number = row_id.int
    return f"{prefix}_{''.join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])}"


def read_id(prefix: str, text: str) -> Id:
    """The id behind its shown form; anything else raises NotFound, as a foreign id would."""
    head, _, body = text.partition("_")
    if head != prefix or len(body) != TEXT_LENGTH or body[0] > "7":
        raise NotFound
    number = 0
    for character in body:
        value = _VALUES.get(character)
        if value is None:
            raise NotFound
        number = number * 32 + value
    return Id(int=number)


class Row(models.Model):
    """A table whose rows have an opaque id of our own, shown with the room's prefix."""

    prefix: ClassVar[str] = ""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True

    @property
    @admin.display(description=_("Id"))
    def shown_id(self) -> str:
        return shown(self.prefix, self.pk)
