"""Theming: a programme's look is kept as it was told, and told as it is worn."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import unit_of_work
from loyalty.programs.tenants import Program
from portal.themes.kinds import Corner, Scheme
from portal.themes.logos import Logo, rewritten
from portal.themes.models import COLOUR_FORM, Theme
from portal.themes.palettes import stylesheet


class ColourInvalid(DomainError):
    """A colour is written in six digits (theme_colours_are_written_in_six_digits)."""

    code = "colour_invalid"
    kind = Kind.MALFORMED
    title = _("This is no colour")
    detail = _("A colour is written as # and six digits, such as #0f5c5a.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a programme tells about its look. `logo` is a file; None keeps the one of before, empty takes it away."""

    main: str
    accent: str
    corner: str = Corner.SOFT
    scheme: str = Scheme.BOTH
    logo: bytes | None = None


def drawn(*, program: Program, look: Look, at: datetime) -> Theme:
    """The theme that this look makes, without keeping it. Raises ColourInvalid, PictureRefused."""
    theme = theme_of(program) or Theme(program=program)
    theme.main, theme.accent = _colour(look.main), _colour(look.accent)
    theme.corner, theme.scheme = Corner(look.corner), Scheme(look.scheme)
    theme.changed_at = at
    if look.logo is not None:
        _wear(theme, rewritten(look.logo) if look.logo else None)
    theme.digest = _digest(stylesheet(theme).encode())
    return theme


@unit_of_work
def dress(*, program: Program, look: Look, at: datetime) -> Theme:
    """Keep this look. Raises ColourInvalid, PictureRefused."""
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)  # one at a time
    theme = drawn(program=program, look=look, at=at)
    theme.save()
    return theme


def theme_of(program: Program) -> Theme | None:
    """The programme's own theme; None wears ours."""
    return Theme.objects.filter(program_id=program.pk).first()


def _wear(theme: Theme, logo: Logo | None) -> None:
    """This logo, or none."""
    theme.logo = logo.file if logo else None
    theme.logo_digest = _digest(logo.file) if logo else ""
    theme.logo_width = logo.width if logo else None
    theme.logo_height = logo.height if logo else None
    theme.logo_lost_on = logo.lost_on if logo else None


def _digest(told: bytes) -> str:
    """What names this state in an address: another sheet or logo, another address."""
    return hashlib.sha256(told).hexdigest()[:16]


def _colour(told: str) -> str:
    colour = told.strip().lower()
    if not re.fullmatch(COLOUR_FORM, colour):
        raise ColourInvalid
    return colour
