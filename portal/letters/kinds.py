"""What letters are about, and their limits."""

from datetime import timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

TRIES_MAX: Final = 5  # then a code is void (S-19)
DIGITS: Final = 6
HOUR: Final = timedelta(hours=1)
# Letters in an hour: to one mailbox, and asked for from one network address (S-36).
A_MAILBOX_MAX: Final = 3
A_NETWORK_MAX: Final = 10
A_NETWORK_JOINS_MAX: Final = 5  # of those, to people who want to join


class LetterKind(models.TextChoices):
    """What a letter brings."""

    LINK = "link", _("a link to come in by")
    CODE = "code", _("a code that proves who is there")
    JOIN = "join", _("a link to join by")
    ADDRESS = "address", _("a code that proves a new address")
    NOTICE = "notice", _("that a contact was changed")


# From asking on: a link is a ticket with a life of its own, which begins when it is sent.
LIFE: Final = {
    LetterKind.LINK: timedelta(minutes=15),
    LetterKind.CODE: timedelta(minutes=10),
    LetterKind.JOIN: timedelta(minutes=15),
    LetterKind.ADDRESS: timedelta(minutes=10),
    LetterKind.NOTICE: timedelta(hours=48),  # as long as what is costly rests (S-20)
}
