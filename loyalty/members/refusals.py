"""Refusals that other rooms give because of how a member stands."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class DeedsRest(DomainError):
    """Within 48 hours of a changed e-mail or phone nothing costly is taken and nothing sent, even by who proves it (S-20)."""

    code = "deeds_rest"
    kind = Kind.REFUSED
    title = _("This rests for a while")
    detail = _(
        "The e-mail address or phone was changed lately. To be safe, what is costly waits until {until}."
    )
