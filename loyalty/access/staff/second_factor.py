"""Second factor: time-based codes and, when the phone is gone, recovery codes (S-22)."""

import base64
import secrets
from dataclasses import dataclass
from typing import Final

import segno
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from loyalty.access.models import User
from loyalty.foundation.ids import ALPHABET
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import unit_of_work

RECOVERY_CODES: Final = 10
RECOVERY_LENGTH: Final = 10  # 50 random bits, spent once and counted when wrong


class CodeWrong(DomainError):
    """Mistyped, too old, or used before."""

    code = "code_wrong"
    kind = Kind.REFUSED
    title = _("Wrong code")
    detail = _("This code is not right, or was used before.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolment:
    """What a phone needs to show codes: as a picture, and as text for typing."""

    picture: str
    secret: str


def has_second_factor(user: User) -> bool:
    """Whether the person has a phone that shows codes."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


@unit_of_work
def begin_enrolment(*, user: User) -> Enrolment:
    """A secret for the person's phone; it counts once a code from it was shown."""
    device, _made = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": "phone"}
    )
    picture = segno.make(device.config_url).svg_data_uri(scale=4, border=2)
    return Enrolment(picture=picture, secret=base64.b32encode(device.bin_key).decode())


@unit_of_work
def complete_enrolment(*, user: User, code: str) -> tuple[Device, list[str]]:
    """The phone counts from now on; answers it with fresh recovery codes, shown this once. Raises CodeWrong."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(code.strip()):
        raise CodeWrong
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    StaticDevice.objects.filter(user=user).delete()
    recovery = StaticDevice.objects.create(user=user, name="recovery")
    codes = [
        "".join(secrets.choice(ALPHABET) for _place in range(RECOVERY_LENGTH))
        for _number in range(RECOVERY_CODES)
    ]
    StaticToken.objects.bulk_create(StaticToken(device=recovery, token=one) for one in codes)
    return device, codes


@unit_of_work
def check_code(*, user: User, code: str) -> Device:
    """The device that this code came from, phone or recovery list; a code counts once. Raises CodeWrong."""
    code = code.strip().lower().replace(" ", "")
    for kind in (TOTPDevice, StaticDevice):
        for device in kind.objects.select_for_update().filter(user=user, confirmed=True):
            if device.verify_token(code):
                return device
    raise CodeWrong
