"""Refusals of this room."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class PictureRefused(DomainError):
    """Not a picture that can be decoded, too large, or with something behind its end (S-47)."""

    code = "picture_refused"
    kind = Kind.REFUSED
    title = _("This picture cannot be taken")
    detail = _("Send a PNG, JPEG or WebP of at most {megabytes} MB and {pixels} pixels a side.")


class TooManyPictures(DomainError):
    """A programme keeps a limited number of pictures; those that nothing names go by themselves."""

    code = "too_many_pictures"
    kind = Kind.REFUSED
    title = _("Too many pictures")
    detail = _("A programme keeps at most {limit} pictures.")


class PictureUnknown(DomainError):
    """A definition names a picture that the programme does not have."""

    code = "picture_unknown"
    kind = Kind.REFUSED
    title = _("No such picture")
    detail = _("The programme has no picture {name}. Upload it first.")
