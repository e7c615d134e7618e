"""Sniffing: what a file is, told by its content alone; its name is never asked."""

from typing import Final

from loyalty.imports.files.limits import FILE_BYTES_MAX
from loyalty.imports.kinds import Format
from loyalty.imports.refusals import ImportFileUnreadable, ImportTooLarge

PACKED: Final = b"PK\x03\x04"
MARK: Final = "\ufeff"  # some spreadsheets begin a file with it


def format_of(content: bytes) -> Format:
    """The format of these bytes. Raises ImportTooLarge, ImportFileUnreadable."""
    if len(content) > FILE_BYTES_MAX:
        raise ImportTooLarge
    if content.startswith(PACKED):
        return Format.XLSX
    start = text_of(content).lstrip()
    if not start:
        raise ImportFileUnreadable
    return Format.LINES if start.startswith("{") else Format.CSV


def text_of(content: bytes) -> str:
    """The text in UTF-8, without its mark. Raises ImportFileUnreadable for other encodings and for NUL."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ImportFileUnreadable from error
    if "\x00" in text:
        raise ImportFileUnreadable
    return text.removeprefix(MARK)
