"""The process that opens a workbook: started apart, bounded in memory and time, knowing nothing of ours (S-49).

Bytes come in on standard input, rows go out as JSON lines. It may die of what it reads; then the file is refused.
"""

import datetime
import io
import json
import resource
import sys
import zipfile
from typing import Any

XML_ENDINGS = (".xml", ".rels")
MEMBERS_MAX = 2_000  # a workbook of a hundred sheets has some three hundred
BLOCK_BYTES = 1_048_576
DOCTYPES = ("<!DOCTYPE", "<!ENTITY")
REFUSED = 3


def main(
    memory: int,
    seconds: int,
    unpacked_max: int,
    ratio_max: int,
    rows_max: int,
    columns_max: int,
    cell_max: int,
) -> None:
    """Read the workbook on standard input, within these limits."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    content = io.BytesIO(sys.stdin.buffer.read())
    size = content.getbuffer().nbytes
    check(zipfile.ZipFile(content), size=size, unpacked_max=unpacked_max, ratio_max=ratio_max)
    from openpyxl import load_workbook

    book = load_workbook(content, read_only=True, data_only=False, keep_links=False)
    sheet = book[book.sheetnames[0]]
    sheet.reset_dimensions()  # what a file says about its own size is no reason to believe it
    out = sys.stdout
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_row=rows_max), start=1):
        while cells and cells[-1] is None:
            cells = cells[:-1]
        if len(cells) > columns_max:
            if number == 1:
                sys.exit(REFUSED)
            cells = cells[: columns_max + 1]
        if cells:
            told = [plain(cell, cell_max) for cell in cells]
            out.write(json.dumps([number, told], ensure_ascii=True) + "\n")


def check(book: zipfile.ZipFile, *, size: int, unpacked_max: int, ratio_max: int) -> None:
    """Refuse bombs, and XML with anything but elements in it, before a parser sees it."""
    members = book.infolist()
    total = sum(member.file_size for member in members)
    too_many = len(members) > MEMBERS_MAX or total > unpacked_max
    if too_many or total > ratio_max * size or "xl/workbook.xml" not in book.namelist():
        sys.exit(REFUSED)
    spelled = [
        text.encode(encoding)
        for text in DOCTYPES
        for encoding in ("ascii", "utf-16-le", "utf-16-be")
    ]
    for member in members:
        if member.filename.lower().endswith(XML_ENDINGS):
            with book.open(member) as part:
                tail = b""
                while block := part.read(BLOCK_BYTES):
                    seen = tail + block
                    if any(text in seen for text in spelled):
                        sys.exit(REFUSED)
                    tail = block[-32:]


def plain(cell: Any, cell_max: int) -> Any:
    """A cell as JSON: days as days, whole numbers whole, everything else as text; formulas stay text."""
    if cell is None or isinstance(cell, (bool, int)):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime.datetime):
        is_day = cell.time() == datetime.time.min
        return cell.date().isoformat() if is_day else cell.isoformat()
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return str(cell)[: cell_max + 1]


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
