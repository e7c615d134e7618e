"""Reading: what people type, in any of the ways that keyboards write the same (U-65)."""

import unicodedata
from typing import Final

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from loyalty.programs.texts import as_typed

# Persian and Arabic keyboards write the same letter in two ways; some join words without a blank.
_SAME: Final = str.maketrans(
    {
        "\N{ARABIC LETTER YEH}": "\N{ARABIC LETTER FARSI YEH}",
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER FARSI YEH}",
        "\N{ARABIC LETTER KAF}": "\N{ARABIC LETTER KEHEH}",
        "\N{ZERO WIDTH NON-JOINER}": None,
        "\N{ZERO WIDTH JOINER}": None,
    }
)


def demand_text(request: HttpRequest) -> None:
    """Raises BadRequest for what no keyboard sends and no table keeps: NUL, and halves of signs (surrogates)."""
    for told in (request.GET, request.POST):
        for name, values in told.lists():
            if any(
                sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in "".join((name, *values))
            ):
                raise BadRequest


def folded(text: str) -> str:
    """This text as it compares: full width, case, outer blanks, ي and ی, ك and ک do not matter."""
    return unicodedata.normalize("NFKC", text).strip().casefold().translate(_SAME)


def digits_of(text: str) -> str:
    """This text with the digits of every script as ASCII ones, and without what nobody sees."""
    return as_typed(text)
