"""Refusals: what callers hear when a rule says no. Values, not prose, so that four languages can say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text: TypeAlias = str | Promise


class Kind(StrEnum):
    """What sort of no this is; the doors know the number that goes with it."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    STALE = "stale"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing wrong with what was sent: where (JSON pointer), which sort, in words."""

    pointer: str
    code: str
    message: Text


class DomainError(Exception):
    """A refusal with a stable code. `values` fill the placeholders of `detail` and never hold personal data.

    A choice is told by its code in `values` and by its label in the sentence; days and instants as ISO 8601 and as
    the reader writes them, by the clocks of the zone they come with.
    """

    code: ClassVar[str]
    kind: ClassVar[Kind]
    title: ClassVar[Text]
    detail: ClassVar[Text]

    def __init__(
        self, *, pointer: str | None = None, problems: Sequence[Problem] = (), **values: object
    ) -> None:
        super().__init__(self.code)
        self.values = values
        self.problems = list(problems)
        if pointer is not None:
            self.problems.append(Problem(pointer=pointer, code=self.code, message=self.sentence()))

    def sentence(self) -> str:
        """The detail with its values, in the active language."""
        words = {name: _written(value) for name, value in self.values.items()}
        return str(self.detail).format(**words)

    def plain_values(self) -> dict[str, object]:
        """The values as JSON can say them."""
        return {name: _plain(value) for name, value in self.values.items()}


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return date_format(value, "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return getattr(value, "label", value)


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | str | bool | None) else str(value)


class NotFound(DomainError):
    """Unknown, malformed and foreign ids answer alike, so that nobody learns what exists (S-2)."""

    code = "not_found"
    kind = Kind.MISSING
    title = _("Not found")
    detail = _("There is nothing here, or it belongs to somebody else.")


class Malformed(DomainError):
    """What was sent cannot be read as what is expected; `errors` says where."""

    code = "malformed"
    kind = Kind.MALFORMED
    title = _("Not understood")
    detail = _("What was sent does not have the expected form.")


class Unavailable(DomainError):
    """The database is away, full or too busy; nothing was changed and another try is welcome (V-28)."""

    code = "unavailable"
    kind = Kind.UNAVAILABLE
    title = _("Try again shortly")
    detail = _("The service cannot do this right now. Nothing was changed.")


class OutcomeUnknown(DomainError):
    """The connection was lost during COMMIT: telling it again with the same key settles it (V-28)."""

    code = "outcome_unknown"
    kind = Kind.UNAVAILABLE
    title = _("Outcome unknown")
    detail = _("The connection broke while saving. Send the same request again to settle it.")
