"""What the imports room refuses, as values: files (S-49), columns (E-85), states (E-86, E-89), and rows (E-87, E-88)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class ImportColumns(DomainError):
    """A column that nobody knows, one that is missing, or one told twice: the whole file is refused."""

    code = "import_columns"
    kind = Kind.MALFORMED
    title = _("Columns do not fit")
    detail = _("The columns of this file do not fit: {columns}.")


class ImportFileUnreadable(DomainError):
    """Neither CSV nor JSON lines in UTF-8 nor a plain workbook, or a workbook that is out to do harm (S-49)."""

    code = "import_file_unreadable"
    kind = Kind.MALFORMED
    title = _("File not readable")
    detail = _("Send CSV or JSON lines in UTF-8, or an XLSX workbook.")


class ImportTooLarge(DomainError):
    """A file has at most 10 MB (a workbook 200 MB unpacked), 500,000 rows and 100 columns (S-49)."""

    code = "import_too_large"
    kind = Kind.TOO_LARGE
    title = _("File too large")
    detail = _("A file may have 10 MB, 500,000 rows and 100 columns; split it.")


class ImportNotReady(DomainError):
    """Only a checked or a stopped import starts, only a running one stops, and only while its file is kept."""

    code = "import_not_ready"
    kind = Kind.CONFLICT
    title = _("Import not ready")
    detail = _("This import is {state}.")


class ImportNotUndoable(DomainError):
    """An import is undone once it is done or stopped, within 30 days (E-89)."""

    code = "import_not_undoable"
    kind = Kind.CONFLICT
    title = _("Import cannot be undone")
    detail = _("Undone are imports that are done or stopped, within {days} days.")


class CellTooLong(DomainError):
    """A cell has at most 10,000 characters, and a row no more cells than the file has columns (S-49)."""

    code = "row_too_large"
    kind = Kind.REFUSED
    title = _("Row too large")
    detail = _("A cell may have 10,000 characters, and a row as many cells as there are columns.")


class AlreadyExpired(DomainError):
    """Points whose last day is over are not brought in (E-88)."""

    code = "already_expired"
    kind = Kind.REFUSED
    title = _("Already expired")
    detail = _("These points would have ended on {day}.")


class EarnedInFuture(DomainError):
    """Nobody has earned points tomorrow."""

    code = "earned_in_future"
    kind = Kind.REFUSED
    title = _("Earned in the future")
    detail = _("Today is {today} in this programme.")


class RowNotTaken(DomainError):
    """The database refused this row alone; the others were taken."""

    code = "row_not_taken"
    kind = Kind.REFUSED
    title = _("Row not taken")
    detail = _("This row could not be kept.")


class PartlySpent(DomainError):
    """Undoing takes back what is left of a lot; what was spent stays spent, and is listed (E-89)."""

    code = "partly_spent"
    kind = Kind.REFUSED
    title = _("Partly spent")
    detail = _("{taken} points were taken back, {spent} had been spent.")


class UsedSince(DomainError):
    """What somebody has used since the import is not undone (E-89)."""

    code = "used_since"
    kind = Kind.REFUSED
    title = _("Used since")
    detail = _("This has been used since the import.")
