"""What is personal about a member: how it is read, sealed, found again and shown."""

import calendar
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Self, TypeAlias, TypedDict

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import ALPHABET, Id
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.sealing import digest, seal, unseal
from loyalty.members.models import Member, MemberProfile

AttributeValue: TypeAlias = str | int | bool | None

CARD_LENGTH: Final = 12  # 60 random bits: nobody finds a card by trying
ATTRIBUTES_MAX: Final = 50  # facts about a person, not a document store
LEAP_YEAR: Final = 2000
PHONE_FORM: Final = re.compile(r"^\+?[0-9][0-9 ().\-/]{3,30}[0-9]$")
# What people type between digits, and the marks of direction that come along when a number is copied.
_SEPARATORS: Final = re.compile(r"[\s().\-/\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class BirthdayNotADate(DomainError):
    """A birthday is a day of the calendar, with or without its year."""

    code = "birthday_not_a_date"
    kind = Kind.MALFORMED
    title = _("No such day")
    detail = _("A birthday is written MM-DD or YYYY-MM-DD and is a day of the calendar.")


class TooManyAttributes(DomainError):
    """A member carries a bounded number of attributes."""

    code = "too_many_attributes"
    kind = Kind.REFUSED
    title = _("Too many attributes")
    detail = _("{told} attributes, at most {most} are kept.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Birthday:
    """Day and month suffice; the year only if the member told it."""

    month: int
    day: int
    year: int | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """`MM-DD` or `YYYY-MM-DD`; raises BirthdayNotADate."""
        match = re.fullmatch(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})", text)
        if match is None:
            raise BirthdayNotADate(pointer="/birthday")
        year, month, day = (int(part) if part else None for part in match.groups())
        assert month is not None
        assert day is not None
        try:
            date(LEAP_YEAR if year is None else year, month, day)
        except ValueError as error:
            raise BirthdayNotADate(pointer="/birthday") from error
        return cls(month=month, day=day, year=year)

    @property
    def shown(self) -> str:
        start = f"{self.year:04d}-" if self.year is not None else ""
        return f"{start}{self.month:02d}-{self.day:02d}"

    def in_year(self, year: int) -> date:
        """The day it is kept: 29 February falls on the 28th in common years (E-7)."""
        day = self.day
        if (self.month, day) == (2, 29) and not calendar.isleap(year):
            day = 28
        return date(year, self.month, day)


class ProfileTold(TypedDict, total=False):
    """What a caller says about the person; what is absent stays, None clears."""

    first_name: str
    last_name: str
    birthday: Birthday | None
    email: str | None
    phone: str | None
    card: str | None
    attributes: Mapping[str, AttributeValue]


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """How somebody is reached, at one instant; two spellings of one mailbox or phone are the same."""

    email: str | None
    email_digest: bytes | None
    phone_digest: bytes | None

    @classmethod
    def of(cls, profile: MemberProfile) -> Self:
        email, phone = profile.email_digest, profile.phone_digest
        return cls(
            email=email_of(profile),
            email_digest=bytes(email) if email else None,
            phone_digest=bytes(phone) if phone else None,
        )

    @property
    def is_there(self) -> bool:
        return bool(self.email_digest or self.phone_digest)

    def is_same_as(self, other: Self) -> bool:
        mine = (self.email_digest, self.phone_digest)
        return mine == (other.email_digest, other.phone_digest)


def canonical_email(email: str) -> str:
    """Two spellings that reach one mailbox compare equal: case and outer blanks do not matter."""
    return email.strip().casefold()


def canonical_phone(phone: str) -> str:
    """Digits with a leading plus if there is one; `00` is how some write that plus. Every script's digits are taken."""
    bare = _SEPARATORS.sub("", _in_ascii_digits(phone))
    return "+" + bare[2:] if bare.startswith("00") else bare


def canonical_card(card: str) -> str:
    """Capitals and digits as printed, without the blanks and dashes people type."""
    return _SEPARATORS.sub("", _in_ascii_digits(card)).upper()


def _in_ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def new_card() -> str:
    """A card number of our own: unguessable, and readable over the phone."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CARD_LENGTH)).upper()


def email_digest(*, program_id: Id, email: str) -> bytes:
    """What finds a mailbox inside one programme, and nowhere else."""
    return digest(canonical_email(email), purpose=f"member.email:{program_id}")


def phone_digest(*, program_id: Id, phone: str) -> bytes:
    """What finds a phone inside one programme, and nowhere else."""
    return digest(canonical_phone(phone), purpose=f"member.phone:{program_id}")


def new_profile(*, member: Member, told: ProfileTold, at: datetime) -> MemberProfile:
    """The profile of a fresh member, with a card of ours unless the shop gives its own."""
    profile = MemberProfile(member=member, program_id=member.program_id, changed_at=at)
    with_card: ProfileTold = {**told, "card": told.get("card") or new_card()}
    write_profile(profile=profile, told=with_card, at=at)
    return profile


def write_profile(*, profile: MemberProfile, told: ProfileTold, at: datetime) -> None:
    """Put what was told on the row in memory; the caller saves it."""
    profile.first_name = told.get("first_name", profile.first_name)
    profile.last_name = told.get("last_name", profile.last_name)
    if "birthday" in told and told["birthday"] != birthday_of(profile):
        born = told["birthday"]
        profile.birth_month = born.month if born else None
        profile.birth_day = born.day if born else None
        profile.birth_year = born.year if born else None
        profile.birthday_changed_at = at
    if "card" in told:
        profile.card = canonical_card(told["card"]) if told["card"] else None
    if "attributes" in told:
        profile.attributes = _with_attributes(profile.attributes, told["attributes"])
    _write_contacts(profile=profile, told=told, at=at)
    profile.changed_at = at


def _write_contacts(*, profile: MemberProfile, told: ProfileTold, at: datetime) -> None:
    program_id, about = profile.program_id, profile.member_id.bytes
    if "email" in told and told["email"] != email_of(profile):
        email = told["email"]
        profile.email_sealed = seal(email.encode(), about=about) if email else None
        profile.email_digest = email_digest(program_id=program_id, email=email) if email else None
        profile.contact_changed_at = at
    if "phone" in told and told["phone"] != phone_of(profile):
        phone = told["phone"]
        profile.phone_sealed = seal(phone.encode(), about=about) if phone else None
        profile.phone_digest = phone_digest(program_id=program_id, phone=phone) if phone else None
        profile.contact_changed_at = at


def _with_attributes(
    before: Mapping[str, AttributeValue], told: Mapping[str, AttributeValue]
) -> dict[str, AttributeValue]:
    merged: dict[str, AttributeValue] = {
        name: value for name, value in {**before, **told}.items() if value is not None
    }
    if len(merged) > ATTRIBUTES_MAX:
        raise TooManyAttributes(pointer="/attributes", told=len(merged), most=ATTRIBUTES_MAX)
    return merged


def email_of(profile: MemberProfile) -> str | None:
    """The mailbox in clear; for doors that may show it and for sending."""
    return _opened(profile.email_sealed, profile)


def phone_of(profile: MemberProfile) -> str | None:
    """The phone number in clear."""
    return _opened(profile.phone_sealed, profile)


def birthday_of(profile: MemberProfile) -> Birthday | None:
    """The birthday, with its year only if it was told."""
    if profile.birth_month is None or profile.birth_day is None:
        return None
    return Birthday(month=profile.birth_month, day=profile.birth_day, year=profile.birth_year)


def _opened(sealed: bytes | memoryview | None, profile: MemberProfile) -> str | None:
    return unseal(bytes(sealed), about=profile.member_id.bytes).decode() if sealed else None
