"""Showing: an import as doors tell it: how far, how fast, what it would bring and brought (E-86, U-35)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import islice
from typing import Any, Final

from loyalty.foundation.ids import shown
from loyalty.imports.keeping.counting import money_in
from loyalty.imports.keeping.writing import refused_rows
from loyalty.imports.kinds import ImportState, RowStatus
from loyalty.imports.models import Import, ImportRow
from loyalty.imports.steering import undoable_until
from loyalty.imports.turning import done_of
from loyalty.members.models import Member
from loyalty.programs.models import PointCurrency, Program

REASONS_MAX: Final = 100  # as many as a person reads before correcting the file


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far the work is, and how fast it goes by the real clock."""

    done: int
    total: int
    rows_per_second: int | None
    seconds_left: int | None

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def progress_of(run: Import, *, real: datetime) -> Progress:
    """How far what the import is at has come, and when it will be through if it goes on like that."""
    done = done_of(run)
    total = run.outcome.get("new", 0) if _is_undoing(run) else run.rows
    rate = None
    if run.turned_at is not None:
        seconds = Fraction((real - run.turned_at).total_seconds())
        moved = done - run.turned_from
        rate = Fraction(moved) / seconds if seconds > 0 and moved > 0 else None
    is_going = rate is not None and done < total
    return Progress(
        done=done,
        total=total,
        rows_per_second=round(rate) if rate is not None and is_going else None,
        seconds_left=round((total - done) / rate) if rate is not None and is_going else None,
    )


def show_import(run: Import, *, program: Program, real: datetime) -> dict[str, Any]:
    """One import, as the API shows it, with the first reasons of refused rows."""
    (told,) = show_imports([run], program=program, real=real)
    first = islice(refused_rows(run), REASONS_MAX)
    return told | {"first_refused": show_rows(list(first))}


def show_imports(
    runs: Sequence[Import], *, program: Program, real: datetime
) -> list[dict[str, Any]]:
    """Imports as a list shows them."""
    pays = pays_of(program)
    return [_shown(run, pays=pays, program=program, real=real) for run in runs]


def show_rows(rows: Sequence[ImportRow]) -> list[dict[str, Any]]:
    """Rows as the report shows them."""
    return [
        {
            "number": row.number,
            "status": row.status,
            "code": row.code or None,
            "sentence": row.sentence or None,
            "points": row.points,
            "member": shown(Member.prefix, row.member_id) if row.member_id else None,
        }
        for row in rows
    ]


def rows_by(*, run: Import, status: str | None) -> Any:
    """The rows of an import, perhaps of one status."""
    rows = ImportRow.objects.filter(of_import=run)
    return rows.filter(status=status) if status in RowStatus.values else rows


def counts_shown(
    counts: Mapping[str, Any], *, pays: Mapping[str, Mapping[str, Any]], currency: str
) -> dict[str, Any] | None:
    """New, already there, refused; points by currency and month, and their worth in money of the programme; what is on gift cards."""
    if not counts:
        return None
    return {
        "new": counts["new"],
        "already_there": counts["already_there"],
        "refused": counts["refused"],
        "points": [
            {
                "currency": slug,
                "points": sum(months.values()),
                "by_month": dict(sorted(months.items())),
                "worth": _worth(sum(months.values()), pays.get(slug) or {}, currency),
            }
            for slug, months in sorted(counts["points"].items())
        ],
        "money": [
            {"amount": amount, "currency": currency}
            for currency, amount in sorted(money_in(counts).items())
        ],
    }


def pays_of(program: Program) -> dict[str, Mapping[str, Any]]:
    """How points of each currency pay, by its slug."""
    return dict(PointCurrency.objects.filter(program=program).values_list("slug", "pay"))


def _worth(points: int, pay: Mapping[str, Any], currency: str) -> dict[str, Any] | None:
    """What these points can pay at most, rounded down once; nothing if they cannot pay."""
    if not pay:
        return None
    return {
        "amount": points * pay["money_per_block"] // pay["points_per_block"],
        "currency": currency,
    }


def _is_undoing(run: Import) -> bool:
    return run.state in {ImportState.UNDOING, ImportState.UNDONE}


def _shown(
    run: Import, *, pays: Mapping[str, Mapping[str, Any]], program: Program, real: datetime
) -> dict[str, Any]:
    progress = progress_of(run, real=real)
    until = undoable_until(run)
    return {
        "id": run.shown_id,
        "kind": run.kind,
        "state": run.state,
        "name": run.name or None,
        "format": run.format,
        "columns": run.columns,
        "options": run.options,
        "rows": run.rows,
        "progress": {
            "done": progress.done,
            "total": progress.total,
            "rows_per_second": progress.rows_per_second,
            "seconds_left": progress.seconds_left,
        },
        "preview": counts_shown(run.preview, pays=pays, currency=program.currency),
        "outcome": counts_shown(run.outcome, pays=pays, currency=program.currency),
        "undone": run.undone or None,
        "problem": run.problem or None,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "done_at": run.done_at,
        "undone_at": run.undone_at,
        "undo_until": until,
    }
