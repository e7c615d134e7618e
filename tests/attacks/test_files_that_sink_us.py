"""Files that are out to do harm are refused in time, and kill nothing (S-49, S-51, S-52)."""

import io
import time
import zipfile

import pytest

from loyalty.foundation.refusals import DomainError
from loyalty.imports.files.headers import headers_of, rows_below
from loyalty.imports.files.sniffing import COLUMNS_MAX, FILE_BYTES_MAX, format_of
from loyalty.imports.kinds import Format
from loyalty.imports.telling.reporting import refused_file, report_lines
from loyalty.members.models import Member
from tests.world.earning import a_cafe
from tests.world.imports import a_table, a_workbook, checked, imported, rows_of, some_lines

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><worksheet><sheetData><row><c><v>&c;</v></c></row></sheetData></worksheet>"""
SECONDS_MAX = 5.0


def a_book_with(**members):
    """An honest workbook in which these members are others; `worksheet` is the sheet."""
    names = {"worksheet": "xl/worksheets/sheet1.xml"}
    honest = zipfile.ZipFile(io.BytesIO(a_workbook(["external_id"], ["ada"])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name in honest.namelist():
            told = {names.get(key, key): value for key, value in members.items()}
            book.writestr(name, told.pop(name, honest.read(name)))
        for key, value in members.items():
            if names.get(key, key) not in honest.namelist():
                book.writestr(names.get(key, key), value)
    return out.getvalue()


def a_wide_sheet(columns):
    cells = "".join('<c t="inlineStr"><is><t>x</t></is></c>' for _ in range(columns))
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"<row>{cells}</row></sheetData></worksheet>"
    ).encode()


HOSTILE = {
    "nothing": b"",
    "blanks": b" \r\n \r\n",
    "nul": b"external_id\r\nad\x00a\r\n",
    "utf-16": "external_id\r\nada\r\n".encode("utf-16"),
    "latin-1": "external_id\r\nJosé\r\n".encode("latin-1"),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "a zip that is no workbook": None,
    "a cut zip": a_workbook(["external_id"], ["ada"])[:400],
    "a bomb": None,
    "laughs": None,
    "laughs in utf-16": None,
    "a million columns": None,
    "a million columns in csv": b"a," * 1_000_000 + b"\r\n",
    "a million names in lines": None,
    "too large": b"external_id\r\n" + b"ada\r\n" * (FILE_BYTES_MAX // 5),
    "a quote without end": None,
}


def content_of(name):
    """Built on demand: some are large."""
    told = HOSTILE[name]
    if told is not None:
        return told
    if name == "a zip that is no workbook":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as pack:
            pack.writestr("../../etc/passwd", "root")
        return out.getvalue()
    if name == "a bomb":
        return a_book_with(worksheet=b" " * 150_000_000)
    if name == "laughs":
        return a_book_with(worksheet=LAUGHS)
    if name == "laughs in utf-16":
        return a_book_with(worksheet=LAUGHS.decode().encode("utf-16"))
    if name == "a million columns":
        return a_book_with(worksheet=a_wide_sheet(1_000_000))
    if name == "a million names in lines":
        return some_lines({f"n{n}": 1 for n in range(90_000)}, *[{f"m{n}": 1} for n in range(200)])
    assert name == "a quote without end"
    return b'"external_id\r\n' + b"ada,grace\r\n" * 300_000


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_time(name):
    """S-49: by its content, before anything is kept."""
    content = content_of(name)
    started = time.process_time()

    with pytest.raises(DomainError) as refusal:
        headers_of(content, written_as=format_of(content))

    assert refusal.value.code in {"import_file_unreadable", "import_too_large"}
    assert time.process_time() - started < SECONDS_MAX


def test_a_workbook_that_eats_memory_dies_alone(monkeypatch):
    """S-49: what its process may have is bounded; here 120 MB, and half a million shared texts are more."""
    monkeypatch.setattr("loyalty.imports.files.workbooks.MEMORY_BYTES_MAX", 120 * 1024 * 1024)
    texts = b"".join(b"<si><t>%019d</t></si>" % number for number in range(900_000))
    sheets = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    types = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType='
        b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    honest = zipfile.ZipFile(io.BytesIO(a_workbook(["external_id"], ["ada"])))
    told = honest.read("[Content_Types].xml").replace(b"</Types>", types)
    shared = b'<sst xmlns="' + sheets + b'">' + texts + b"</sst>"
    book = a_book_with(**{"xl/sharedStrings.xml": shared, "[Content_Types].xml": told})

    with pytest.raises(DomainError) as refusal:
        list(rows_below(book, written_as=Format.XLSX))

    assert refusal.value.code == "import_file_unreadable"


def test_formulas_are_read_as_text():
    """S-49: nothing of a workbook is worked out."""
    book = a_workbook(["external_id", "points"], ["=1+1", "=HYPERLINK(A1)"])

    assert list(rows_below(book, written_as=Format.XLSX)) == [(2, ["=1+1", "=HYPERLINK(A1)"])]


@pytest.mark.django_db
class TestRows:
    """What gets past the look at a file is refused row by row, or as a whole by the job."""

    def test_cells_and_rows_have_limits(self):
        cafe = a_cafe()
        file = a_table(
            "external_id,first_name",
            f"ada,{'x' * 10_001}",
            f"grace,{'x' * 100}",
            "joan,a,b",
            "mary,a,,,",
            f"long,{'x' * 101}",
        )

        run = checked(cafe, "members", file)

        assert rows_of(run) == [
            (2, "refused", "row_too_large"),
            (3, "new", ""),
            (4, "refused", "row_too_large"),
            (5, "new", ""),
            (6, "refused", "malformed"),
        ]

    def test_a_file_that_breaks_off_is_refused_as_a_whole(self):
        """A quote that does not close, in the middle: no row of it is kept."""
        cafe = a_cafe()
        file = a_table("external_id", "ada", '"grace', "joan")

        run = checked(cafe, "members", file)

        assert (run.state, run.problem["code"], run.rows) == (
            "refused",
            "import_file_unreadable",
            0,
        )
        assert rows_of(run) == []

    def test_more_rows_than_allowed_are_refused_as_a_whole(self, monkeypatch):
        monkeypatch.setattr("loyalty.imports.keeping.reading.ROWS_MAX", 2)

        run = checked(a_cafe(), "members", a_table("external_id", "ada", "grace", "joan"))

        assert (run.state, run.problem["code"]) == ("refused", "import_too_large")

    def test_nasty_texts_are_kept_as_they_are_or_refused(self):
        """S-5: never a mishap, never silently altered."""
        cafe = a_cafe()
        names = ["a\u202eb", "\u0661\u0662", 'O\'Brien "quoted"', "emoji 🎟", "x" * 200, "x" * 201]
        lines = some_lines(*[{"external_id": name} for name in names], {"external_id": 7})
        deep = b'{"external_id": ' + b"[" * 5_000 + b"]" * 5_000 + b"}\n"
        lone = b'{"external_id": "\\ud800"}\n{"external_id": "a\\u0000b"}\n'

        run = imported(cafe, "members", lines + deep + lone)

        statuses = [status for _number, status, _code in rows_of(run)]
        assert statuses == ["taken"] * 5 + ["refused"] + ["taken"] + ["refused"] * 3

    def test_no_report_runs_in_a_spreadsheet(self):
        """S-51: text that begins like a formula is defused; sent again it is what it was; numbers stay numbers."""
        cafe = a_cafe()
        file = a_table("external_id,email,attribute.note,attribute.n", "=cmd|'calc',x,+49 170,-50")

        run = imported(cafe, "members", file)

        sent_back = "".join(refused_file(run)).splitlines()
        assert sent_back[1].startswith("'=cmd|'calc',x,'+49 170,'-50,2,malformed,")
        report = list(report_lines(run))
        assert all(line[0] not in "=+-@\t" for line in report)
        again = imported(cafe, "members", "\r\n".join(sent_back).replace(",x,", ",,").encode())
        assert [row[1:] for row in rows_of(again)] == [("taken", "")]
        member = Member.objects.select_related("profile").get(program=cafe)
        assert (member.external_id, member.profile.attributes) == (
            "=cmd|'calc'",
            {"note": "+49 170", "n": "-50"},
        )


def test_the_limits_are_those_of_the_page():
    assert (FILE_BYTES_MAX, COLUMNS_MAX) == (10 * 1024 * 1024, 100)
