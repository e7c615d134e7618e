"""The form that staff fill in about a member; what it means is decided by the same rules as for the API."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.members.changing import Change
from loyalty.members.contacts import (
    PHONE_FORM,
    Birthday,
    BirthdayNotADate,
    ProfileTold,
    birthday_of,
    email_of,
    phone_of,
)
from loyalty.members.enrolling import Enrolment
from loyalty.members.finding import EXTERNAL_ID_FORM
from loyalty.members.models import EXTERNAL_ID_LENGTH_MAX, TEXT_LENGTH_MAX, Member
from loyalty.members.serializers import CARD_FORM, LOCALE_FORM, ZONES


class MemberFields(forms.Form):
    """Who somebody is."""

    external_id = forms.RegexField(
        EXTERNAL_ID_FORM, label=_("External id"), max_length=EXTERNAL_ID_LENGTH_MAX
    )
    first_name = forms.CharField(label=_("First name"), max_length=TEXT_LENGTH_MAX, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=TEXT_LENGTH_MAX, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.RegexField(PHONE_FORM, label=_("Phone"), required=False)
    birthday = forms.CharField(
        label=_("Birthday"), max_length=10, required=False, help_text=_("MM-DD or YYYY-MM-DD.")
    )
    card = forms.RegexField(
        CARD_FORM, label=_("Card"), required=False, help_text=_("Empty: we make a number.")
    )
    locale = forms.RegexField(LOCALE_FORM, label=_("Locale"), required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=[("", "—"), *((zone, zone) for zone in sorted(ZONES))],
    )

    def __init__(self, *told: Any, **named: Any) -> None:
        super().__init__(*told, **named)
        # Whoever joined in the portal has none until the shop tells it.
        self.fields["external_id"].required = self.initial.get("external_id", "") is not None

    @classmethod
    def of(cls, member: Member) -> dict[str, Any]:
        """What the form begins with."""
        profile = member.profile
        birthday = birthday_of(profile)
        return {
            "external_id": member.external_id,
            "first_name": profile.first_name,
            "last_name": profile.last_name,
            "email": email_of(profile),
            "phone": phone_of(profile),
            "birthday": birthday.shown if birthday else "",
            "card": profile.card,
            "locale": member.locale,
            "time_zone": member.time_zone,
        }

    def clean_birthday(self) -> Birthday | None:
        """The day, if there is one like it."""
        text: str = self.cleaned_data["birthday"]
        try:
            return Birthday.read(text) if text else None
        except BirthdayNotADate as refusal:
            raise forms.ValidationError(refusal.sentence()) from refusal

    def enrolment(self) -> Enrolment:
        """What the rule wants to enrol somebody."""
        told = self.cleaned_data
        return Enrolment(
            external_id=told["external_id"],
            locale=told["locale"],
            time_zone=told["time_zone"],
            profile=self._profile(),
        )

    def change(self) -> Change:
        """What the rule wants to change somebody."""
        told = self.cleaned_data
        return Change(
            external_id=told["external_id"] or None,
            locale=told["locale"],
            time_zone=told["time_zone"],
            profile=self._profile(),
        )

    def _profile(self) -> ProfileTold:
        told = self.cleaned_data
        return ProfileTold(
            first_name=told["first_name"],
            last_name=told["last_name"],
            birthday=told["birthday"],
            email=told["email"] or None,
            phone=told["phone"] or None,
            card=told["card"] or None,
        )
