"""Rows: a list of a definition as pieces one below the other; a blank one if there is none."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from loyalty.earning.desk.pieces.around import Around, yes
from loyalty.earning.desk.pieces.piece import Piece
from loyalty.foundation.refusals import Text

ROWS_MAX = 100  # more than any list of a definition may have


class Rows:
    """Pieces in their order. A row can be taken away; a blank one is not there; `add` gives a further blank one."""

    is_rows = True

    def __init__(
        self,
        make: type[Piece],
        *,
        title: Text,
        around: Around,
        told: Any = None,
        data: QueryDict | None = None,
        prefix: str = "",
        more: Text = "",
        **how: Any,
    ) -> None:
        self.prefix, self.title, self.more = prefix, title, more or _("Another one")
        known = told if isinstance(told, list) else []
        number = len(known) or 1
        if data is not None:
            written = data.get(f"{prefix}-rows", "")
            number = int(written) if written.isdecimal() and len(written) < 4 else len(known)
            number += data.get("add") == prefix
        self.forms: list[Piece] = []
        for place in range(min(number, ROWS_MAX)):
            row = make(
                around=around,
                told=known[place] if place < len(known) else None,
                data=data,
                prefix=f"{prefix}-{place}",
                **how,
            )
            row.empty_permitted = place >= len(known)
            row.fields["gone"] = yes(_("Take this line away"))
            self.forms.append(row)

    def __iter__(self) -> Iterator[Piece]:
        return iter(self.forms)

    @property
    def filled(self) -> list[Piece]:
        """The rows that are there: neither blank nor taken away."""
        return [
            row
            for row in self.forms
            if not row["gone"].value() and (row.told is not None or row.has_changed())
        ]

    def is_valid(self) -> bool:
        return {row.is_valid() for row in self.filled} <= {True}

    def said(self) -> list[Any]:
        return [row.said() for row in self.filled]

    @property
    def has_errors(self) -> bool:
        return any(row.has_errors for row in self.filled)

    def has_changed(self) -> bool:
        return any(row.has_changed() for row in self.forms)

    def complaints(self) -> Iterator[str]:
        return (each for row in self.filled for each in row.complaints())

    def forgive(self) -> None:
        for row in self.forms:
            row.forgive()

    def blame(self, steps: Sequence[str], message: str) -> None:
        """The first step is the place among what was said."""
        rows = self.filled or self.forms
        place = int(steps[0]) if steps and steps[0].isdecimal() else 0
        rows[min(place, len(rows) - 1)].blame(steps[1:], message)

    def typed(self, data: QueryDict) -> None:
        data[f"{self.prefix}-rows"] = str(len(self.forms))
        for row in self.forms:
            row.typed(data)
