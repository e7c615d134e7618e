"""Sniffing: what a file is, told by its content alone, and the limits of files (S-49); its name is never asked."""

from typing import Final

from loyalty.imports.kinds import Format
from loyalty.imports.refusals import ImportFileUnreadable, ImportTooLarge

FILE_BYTES_MAX: Final = 10 * 1024 * 1024
UNPACKED_BYTES_MAX: Final = 200 * 1024 * 1024
RATIO_MAX: Final = 100  # an honest workbook is packed some ten times; a bomb a thousand times
ROWS_MAX: Final = 500_000
COLUMNS_MAX: Final = 100
CELL_LENGTH_MAX: Final = 10_000
RECORD_LENGTH_MAX: Final = 2_000_000  # all its columns full, with room for quotes
MEMORY_BYTES_MAX: Final = 300 * 1024 * 1024  # of the process that opens a workbook
LOOK_SECONDS_MAX: Final = 5.0  # for the first rows, while somebody waits
READ_SECONDS_MAX: Final = 50.0  # for all of it, in a job; a unit of work has 60

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
