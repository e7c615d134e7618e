"""Refusals of the programme as a whole."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class ProgramPaused(DomainError):
    """While a programme is paused nothing is taken for points; what is told is taken in and earns as ever."""

    code = "program_paused"
    kind = Kind.CONFLICT
    title = _("The programme is paused")
    detail = _(
        "The programme is paused. Points can be used again when it goes on; none is lost, and purchases earn as ever."
    )
