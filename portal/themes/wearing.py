"""Wearing: the sheet and the logo of a programme as pages ask for them, by the names of their state."""

from loyalty.programs.tenants import Program, program_called
from portal.themes.logos import shown_size
from portal.themes.models import Theme
from portal.themes.palettes import stylesheet


def worn_by(program: Program) -> Theme | None:
    """What this programme's pages wear, without the logo; None is our own look. No query where it came along."""
    if "portal_theme" in program._state.fields_cache:
        came: Theme | None = getattr(program, "portal_theme", None)
        return came
    return Theme.objects.filter(program_id=program.pk).defer("logo").first()


def sheet_called(slug: str) -> tuple[str, str] | None:
    """The present sheet of the programme of this short name, and the name of its state."""
    theme = _of(slug)
    return (stylesheet(theme), theme.digest) if theme else None


def logo_called(slug: str) -> tuple[bytes, str] | None:
    """Its logo, and the name of its state."""
    theme = _of(slug)
    return (bytes(theme.logo), theme.logo_digest) if theme and theme.logo else None


def _of(slug: str) -> Theme | None:
    program = program_called(slug)
    return worn_by(program) if program else None


def logo_size(theme: Theme) -> tuple[int, int] | None:
    """How large pages show the logo, so that nothing moves when it comes; None of one that was never measured."""
    if not theme.logo_width or not theme.logo_height:
        return None
    return shown_size(theme.logo_width, theme.logo_height)
