"""Limits of files (S-49)."""

from typing import Final

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
