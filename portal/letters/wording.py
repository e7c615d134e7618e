"""Wording: what letters say, in the reader's language; names stand isolated, since they may run the other way (U-63, U-75)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.words.styles import style_of


class Saying(StrEnum):
    """What a letter says; one kind may say different things to different people."""

    LINK = "link"
    CODE = "code"
    JOIN = "join"
    KNOWN = "known"  # to somebody who wants to join and is a member already
    ADDRESS = "address"
    EMAIL_CHANGED = "email_changed"
    PHONE_CHANGED = "phone_changed"
    BOTH_CHANGED = "both_changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A subject, what stands before and after the secret, and what its button is called where it is a link."""

    subject: str
    before: str
    after: str
    button: str = ""


# What was changed, in a sentence.
CHANGED: Final[Mapping[Saying, Promise]] = {
    Saying.EMAIL_CHANGED: gettext_lazy(
        "The e-mail address of your membership at %(name)s was changed on %(moment)s."
    ),
    Saying.PHONE_CHANGED: gettext_lazy(
        "The phone number of your membership at %(name)s was changed on %(moment)s."
    ),
    Saying.BOTH_CHANGED: gettext_lazy(
        "The e-mail address and the phone number of your membership at %(name)s were changed on %(moment)s."
    ),
}


def words_of(saying: Saying, *, name: str, told: Mapping[str, str] | None = None) -> Words:
    """The words of such a letter, in the active language; `told` are further values, by name."""
    told = {"name": f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"} | dict(told or {})
    if saying in CHANGED:
        return _of_a_change(saying, told)
    if saying == Saying.ADDRESS:
        return _of_a_new_address(told)
    if saying == Saying.CODE:
        return _of_a_code(told)
    after = _("You did not ask for it? Then do nothing: nobody comes in without this link.")
    if saying == Saying.JOIN:
        return Words(
            subject=_("Join %(name)s") % told,
            before=_("Open this link to join %(name)s. It works once, for a quarter of an hour.")
            % told,
            after=_("You did not ask for it? Then do nothing: nobody joins without this link."),
            button=_("Join"),
        )
    before = _(
        "Open this link to see your points at %(name)s. It works once, for a quarter of an hour."
    )
    if saying == Saying.KNOWN:
        before = _(
            "You are a member of %(name)s already. Open this link to see your points. It works once, for a quarter of an hour."
        )
    return Words(
        subject=_("Your way in at %(name)s") % told,
        before=before % told,
        after=after,
        button=_("See my points"),
    )


def _of_a_code(told: Mapping[str, str]) -> Words:
    return Words(
        subject=_("Your code for %(name)s") % told,
        before=_("Type this code at %(name)s. It works once, for ten minutes.") % told,
        after=_(
            "You did not ask for it? Then tell nobody this code, and tell your shop: somebody wants your points."
        ),
    )


def _of_a_new_address(told: Mapping[str, str]) -> Words:
    return Words(
        subject=_("Your new address at %(name)s") % told,
        before=_(
            "Type this code at %(name)s, and its mail comes to this mailbox from now on. It works once, for ten minutes."
        )
        % told,
        after=_("You did not ask for it? Then do nothing: nothing changes without this code."),
    )


def _of_a_change(saying: Saying, told: Mapping[str, str]) -> Words:
    """Says that, and how to object; neither the new address nor anything about points."""
    rest = _("To be safe, what is costly waits until %(until)s.") % told
    return Words(
        subject=_("Your contact at %(name)s was changed") % told,
        before=f"{CHANGED[saying] % told} {rest}",
        after=_(
            "Was it you? Then there is nothing to do. If not, tell your shop at once: it can put it back."
        ),
    )


def as_text(words: Words, *, secret: str) -> str:
    """The part for those who read plainly; a notice has no secret."""
    return "\n\n".join(part for part in (words.before, secret, words.after) if part) + "\n"


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
