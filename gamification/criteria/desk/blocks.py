"""Blocks: what each game shows of a member on one page, without the games knowing of each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from django.utils.html import format_html
from django.utils.safestring import SafeString

from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Text
from loyalty.programs.tenants import Program


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A table: a title, the heads of its columns, and rows of plain values; what is said when there are none."""

    title: Text
    heads: Sequence[Text]
    rows: Sequence[Sequence[object]]
    empty: Text = ""


Show: TypeAlias = Callable[[Program, Id, datetime], Block]
_blocks: Final[dict[str, Show]] = {}


def register_block(name: str, show: Show) -> None:
    """Called once by the room; blocks stand in the order of their names."""
    _blocks[name] = show


def blocks_of(*, program: Program, member_id: Id, at: datetime) -> list[Block]:
    """Every game's block about this member."""
    return [_blocks[name](program, member_id, at) for name in sorted(_blocks)]


def so_far(done: int, of: int) -> SafeString:
    """`3 / 10`, read from the left in every language, on one line."""
    return format_html('<bdi dir="ltr" class="nowrap">{} / {}</bdi>', done, of)
