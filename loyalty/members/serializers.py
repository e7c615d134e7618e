"""Shapes of what doors take and tell about members."""

import re
from typing import Any, Final
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from loyalty.foundation.serializers import In, Instant, Out
from loyalty.members.changing import Change
from loyalty.members.consenting import ConsentTold
from loyalty.members.contacts import PHONE_FORM, AttributeValue, Birthday, ProfileTold
from loyalty.members.enrolling import Enrolment
from loyalty.members.finding import EXTERNAL_ID_FORM
from loyalty.members.kinds import MemberStatus
from loyalty.members.models import EXTERNAL_ID_LENGTH_MAX, TEXT_LENGTH_MAX

LOCALE_FORM: Final = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")
CARD_FORM: Final = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 \-]{2,38}$")
ATTRIBUTE_NAME_FORM: Final = re.compile(r"^[a-z][a-z0-9_]{0,49}$")
ATTRIBUTE_LENGTH_MAX: Final = 500
CONSENTS_MAX: Final = 50

ZONES: Final = frozenset(available_timezones())


class AttributesIn(serializers.JSONField):
    """Flat facts about a member: names as rules use them, values text, whole numbers, yes or no, or null."""

    def to_internal_value(self, data: Any) -> Any:
        told = super().to_internal_value(data)
        if not isinstance(told, dict):
            raise serializers.ValidationError(
                _("An object of names and values."), code="wrong_type"
            )
        for name, value in told.items():
            self._check(name, value)
        return told

    def _check(self, name: str, value: object) -> None:
        if not ATTRIBUTE_NAME_FORM.match(name):
            raise serializers.ValidationError(
                {name: [_("A name has small letters, digits and underscores.")]}
            )
        is_plain = value is None or isinstance(value, bool | int | str)
        if not is_plain or (isinstance(value, str) and len(value) > ATTRIBUTE_LENGTH_MAX):
            raise serializers.ValidationError(
                {
                    name: [
                        _(
                            "A value is text of at most 500 characters, a whole number, true or false."
                        )
                    ]
                }
            )


class ConsentIn(In):
    """A yes or no to one purpose."""

    purpose = serializers.RegexField(r"^[a-z][a-z0-9_.-]{0,63}$")
    given = serializers.BooleanField()
    text_version = serializers.CharField(max_length=64, required=False)
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=64, required=False
    )


class PersonIn(In):
    """What may be said about a person, when enrolling and later."""

    email = serializers.EmailField(max_length=254, required=False, allow_null=True)
    phone = serializers.RegexField(PHONE_FORM, required=False, allow_null=True)
    card = serializers.RegexField(CARD_FORM, required=False, allow_null=True)
    first_name = serializers.CharField(
        max_length=TEXT_LENGTH_MAX, required=False, allow_null=True, trim_whitespace=False
    )
    last_name = serializers.CharField(
        max_length=TEXT_LENGTH_MAX, required=False, allow_null=True, trim_whitespace=False
    )
    birthday = serializers.CharField(
        max_length=10, required=False, allow_null=True, help_text="MM-DD or YYYY-MM-DD."
    )
    locale = serializers.RegexField(LOCALE_FORM, required=False, allow_null=True)
    time_zone = serializers.CharField(max_length=64, required=False, allow_null=True)
    attributes = AttributesIn(required=False)

    def validate_time_zone(self, value: str | None) -> str | None:
        """Zones by their IANA names, as this machine knows them."""
        if value is not None and value not in ZONES:
            raise serializers.ValidationError(_("No such time zone."), code="zone_unknown")
        return value


class MemberIn(PersonIn):
    """Who is to be enrolled."""

    external_id = serializers.RegexField(
        EXTERNAL_ID_FORM, max_length=EXTERNAL_ID_LENGTH_MAX, trim_whitespace=False
    )
    joined_at = Instant(required=False)
    referral_code = serializers.CharField(
        max_length=64,
        required=False,
        help_text="Told on with `member.enrolled`, to whoever listens. Not kept, and nothing is earned by it here.",
    )
    consents = serializers.ListField(child=ConsentIn(), required=False, max_length=CONSENTS_MAX)


class MemberChangeIn(PersonIn):
    """What is to be different; null clears, what is absent stays."""

    external_id = serializers.RegexField(
        EXTERNAL_ID_FORM,
        max_length=EXTERNAL_ID_LENGTH_MAX,
        required=False,
        trim_whitespace=False,
    )


class StatusIn(In):
    """Where the member shall stand."""

    status = serializers.ChoiceField(
        choices=[MemberStatus.ACTIVE, MemberStatus.SUSPENDED, MemberStatus.RESTRICTED]
    )


class ConsentsIn(In):
    """Answers to purposes, kept in this order."""

    consents = serializers.ListField(child=ConsentIn(), allow_empty=False, max_length=CONSENTS_MAX)


class TokenIn(In):
    """No field at all."""


class ConsentOut(Out):
    """An answer as it was noted."""

    purpose = serializers.CharField()
    given = serializers.BooleanField()
    text_version = serializers.CharField(allow_null=True)
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    noted_at = serializers.DateTimeField()


class ConsentsOut(Out):
    """What holds today, one answer per purpose."""

    data = ConsentOut(many=True)  # type: ignore[assignment]


class MemberOut(Out):
    """A member. About an erased one only the first four fields are told."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=MemberStatus.choices)
    joined_at = serializers.DateTimeField()
    first_name = serializers.CharField(required=False, allow_null=True)
    last_name = serializers.CharField(required=False, allow_null=True)
    birthday = serializers.CharField(required=False, allow_null=True)
    email = serializers.CharField(required=False, allow_null=True)
    phone = serializers.CharField(required=False, allow_null=True)
    card = serializers.CharField(required=False, allow_null=True)
    locale = serializers.CharField(required=False, allow_null=True)
    time_zone = serializers.CharField(required=False, allow_null=True)
    attributes = serializers.DictField(child=serializers.JSONField(), required=False)
    tier = serializers.JSONField(required=False)
    balances = serializers.JSONField(required=False)


class CardIn(In):
    """What was scanned or read from a card."""

    code = serializers.CharField(max_length=200)


class TokenOut(Out):
    """A member's own key to `/v1/me`, for a quarter of an hour at most."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    portal_url = serializers.CharField(
        allow_null=True, help_text="Lets the member into the portal once, within a minute."
    )


def enrolment_of(told: dict[str, Any]) -> Enrolment:
    """What a door read, as the rule wants it."""
    return Enrolment(
        external_id=told["external_id"],
        joined_at=told.get("joined_at"),
        locale=told.get("locale") or "",
        time_zone=told.get("time_zone") or "",
        referral_code=told.get("referral_code", ""),
        profile=profile_of(told),
        consents=consents_in(told),
    )


def change_of(told: dict[str, Any]) -> Change:
    """What a door read, as the rule wants it: null clears."""
    return Change(
        external_id=told.get("external_id"),
        locale=(told["locale"] or "") if "locale" in told else None,
        time_zone=(told["time_zone"] or "") if "time_zone" in told else None,
        profile=profile_of(told),
    )


def consents_in(told: dict[str, Any]) -> list[ConsentTold]:
    """The answers among what a door read."""
    return [
        ConsentTold(
            purpose=answer["purpose"],
            is_given=answer["given"],
            text_version=answer.get("text_version", ""),
            source=answer.get("source", ""),
        )
        for answer in told.get("consents", ())
    ]


def profile_of(told: dict[str, Any]) -> ProfileTold:
    """The person among what a door read; raises BirthdayNotADate."""
    profile = ProfileTold()
    if "first_name" in told:
        profile["first_name"] = told["first_name"] or ""
    if "last_name" in told:
        profile["last_name"] = told["last_name"] or ""
    if "birthday" in told:
        profile["birthday"] = Birthday.read(told["birthday"]) if told["birthday"] else None
    if "email" in told:
        profile["email"] = told["email"]
    if "phone" in told:
        profile["phone"] = told["phone"]
    if "card" in told:
        profile["card"] = told["card"]
    attributes: dict[str, AttributeValue] | None = told.get("attributes")
    if attributes is not None:
        profile["attributes"] = attributes
    return profile
