"""Words of the room that callers need beside its tables: signals with their weights, verdicts, stages."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """What the sum of signals means (R-39)."""

    PASS = "pass", _("Passes")
    HOUSEHOLD = "household", _("Household")
    REVIEW = "review", _("To review")
    BLOCK = "block", _("Blocked")


class CheckResult(models.TextChoices):
    """What came of looking at one signal (R-38)."""

    PASSED = "passed", _("Quiet")
    FLAGGED = "flagged", _("Fires")
    BLOCKED = "blocked", _("Blocks")
    SKIPPED = "skipped", _("Not looked at")


class Stage(models.TextChoices):
    """When a signal is looked at."""

    JOINING = "joining", _("At joining")
    QUALIFICATION = "qualification", _("At qualification")
    RELEASE = "release", _("At release")


class Decision(models.TextChoices):
    """What a person decided."""

    CLEARED = "cleared", _("Cleared")
    REJECTED = "rejected", _("Rejected")
    OVERTAKEN = "overtaken", _("Overtaken by a return")


class AppealState(models.TextChoices):
    """Where an appeal stands."""

    OPEN = "open", _("Open")
    UPHELD = "upheld", _("Upheld")
    REFUSED = "refused", _("Refused")


class MarkKind(models.TextChoices):
    """What an identity mark is a keyed hash of."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    PAYMENT = "payment", _("Payment means")


class Signal(models.TextChoices):
    """One observation (R-37, R-38)."""

    SAME_MEMBER = "same_member", _("Advocate and friend are one member")
    SAME_EMAIL = "same_email", _("The same mailbox")
    NOT_NEW = "not_new", _("The friend is not new")
    SAME_PAYMENT = "same_payment", _("The same payment means")
    RING = "ring", _("They bring each other")
    SAME_PHONE = "same_phone", _("The same phone")
    SAME_DEVICE = "same_device", _("The same device")
    SAME_ADDRESS = "same_address", _("The same delivery address")
    ADVOCATE_VELOCITY = "advocate_velocity", _("Many friends in a day")
    CYCLING = "cycling", _("Many returns after rewards")
    DISPOSABLE_MAIL = "disposable_mail", _("Throw-away mailbox")
    COUPON_SITE = "coupon_site", _("Came from a coupon site")
    SIMILAR_EMAIL = "similar_email", _("Similar mailboxes")
    SAME_NETWORK_AGENT = "same_network_agent", _("The same network and browser")
    NETWORK_VELOCITY = "network_velocity", _("Many friends from one network")
    LATE_CLAIM = "late_claim", _("Claimed late")
    SAME_NETWORK = "same_network", _("The same network")
    FAST_CONVERSION = "fast_conversion", _("Bought within a minute")
    SAME_SURNAME = "same_surname", _("The same surname")


BLOCK_RULES: Final = (Signal.SAME_MEMBER, Signal.SAME_EMAIL, Signal.NOT_NEW)
WEIGHTS: Final[dict[str, int]] = {
    Signal.SAME_PAYMENT: 60,
    Signal.RING: 60,
    Signal.SAME_PHONE: 50,
    Signal.SAME_DEVICE: 50,
    Signal.SAME_ADDRESS: 30,
    Signal.ADVOCATE_VELOCITY: 30,
    Signal.CYCLING: 30,
    Signal.DISPOSABLE_MAIL: 30,
    Signal.COUPON_SITE: 30,
    Signal.SIMILAR_EMAIL: 25,
    Signal.SAME_NETWORK_AGENT: 25,
    Signal.NETWORK_VELOCITY: 25,
    Signal.LATE_CLAIM: 15,
    Signal.SAME_NETWORK: 10,
    Signal.FAST_CONVERSION: 10,
    Signal.SAME_SURNAME: 0,
}
# A stronger signal stands for its weaker kin.
COVERS: Final[dict[str, str]] = {
    Signal.SIMILAR_EMAIL: Signal.SAME_EMAIL,
    Signal.SAME_NETWORK: Signal.SAME_NETWORK_AGENT,
}
# What is looked at again when the hold is over: the advocate may have changed since.
OF_ADVOCATE: Final = (Signal.ADVOCATE_VELOCITY, Signal.CYCLING, Signal.RING)
# Beside these a household fires nothing else.
OF_HOUSEHOLDS: Final = frozenset(
    {
        Signal.SAME_SURNAME,
        Signal.SAME_ADDRESS,
        Signal.SAME_DEVICE,
        Signal.SAME_NETWORK,
        Signal.SAME_NETWORK_AGENT,
        Signal.FAST_CONVERSION,
    }
)
OF_NETWORKS: Final = frozenset({Signal.SAME_NETWORK, Signal.SAME_NETWORK_AGENT})
RULES_VERSION: Final = 1
APPEAL_LENGTH_MAX: Final = 2000
