"""Wording: what letters say, in the reader's language; names stand isolated, since they may run the other way (U-63, U-75)."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.letters.kinds import LetterKind
from portal.words.styles import style_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A subject, and what stands before and after the secret."""

    subject: str
    before: str
    after: str


def words_of(kind: LetterKind, *, name: str) -> Words:
    """The words of this kind of letter, in the active language."""
    told = {"name": f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"}
    if kind == LetterKind.LINK:
        return Words(
            subject=_("Your way in at %(name)s") % told,
            before=_(
                "Open this link to see your points at %(name)s. It works once, for a quarter of an hour."
            )
            % told,
            after=_("You did not ask for it? Then do nothing: nobody comes in without this link."),
        )
    return Words(
        subject=_("Your code for %(name)s") % told,
        before=_("Type this code at %(name)s. It works once, for ten minutes.") % told,
        after=_(
            "You did not ask for it? Then tell nobody this code, and tell your shop: somebody wants your points."
        ),
    )


def as_text(words: Words, *, secret: str) -> str:
    """The part for those who read plainly."""
    return f"{words.before}\n\n{secret}\n\n{words.after}\n"


def as_page(words: Words, *, name: str, secret: str, address: str) -> str:
    """The part for everybody else: no picture, no style, nothing fetched."""
    language = get_language() or "en"
    told = {
        "words": words,
        "program": name,
        "secret": secret,
        "address": address,
        "language": language,
        "direction": "rtl" if style_of(language).is_mirrored else "ltr",
    }
    return render_to_string("portal/letters/letter.html", told)
