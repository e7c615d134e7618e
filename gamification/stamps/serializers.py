"""Shapes of what doors take and tell about stamp cards."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from gamification.criteria.serializers import NearMissOut, VerdictOut
from gamification.stamps.kinds import PLACE_LENGTH_MAX, REASON_LENGTH_MAX, STAMPS_AT_ONCE_MAX
from gamification.stamps.tokens import LASTS_DAYS_MAX, ON_SCREEN, TOKEN_LENGTH
from loyalty.foundation.serializers import In, Out
from loyalty.programs.calendar import Period

_DAY_SECONDS = 86_400


class StampIn(In):
    """Stamps for a member: so many by hand, or those of a token."""

    member = serializers.CharField(max_length=204, help_text="`mem_…` or `ext:…`.")
    token = serializers.CharField(max_length=TOKEN_LENGTH * 2, required=False)
    quantity = serializers.IntegerField(
        min_value=1, max_value=STAMPS_AT_ONCE_MAX, required=False, help_text="By hand; 1."
    )
    place = serializers.CharField(max_length=PLACE_LENGTH_MAX, required=False)
    spend = serializers.IntegerField(
        min_value=0, required=False, help_text="What was paid, in minor units, by hand."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A token says itself how many, where and for what."""
        if "token" in attrs:
            for name in ("quantity", "place", "spend"):
                if name in attrs:
                    message = _("A token says this itself.")
                    raise ValidationError({name: [message]}, code="invalid")
        return attrs


class WaiverIn(In):
    """Stamps that a debt is forgiven by, and why."""

    member = serializers.CharField(max_length=204, help_text="`mem_…` or `ext:…`.")
    quantity = serializers.IntegerField(min_value=1, max_value=STAMPS_AT_ONCE_MAX)
    reason = serializers.CharField(max_length=REASON_LENGTH_MAX, allow_blank=True)


class MyStampIn(In):
    """One's own card is stamped by a token alone."""

    token = serializers.CharField(max_length=TOKEN_LENGTH * 2)


class StampTokenIn(In):
    """A token to be made; it lasts a minute unless told."""

    quantity = serializers.IntegerField(min_value=1, max_value=STAMPS_AT_ONCE_MAX, default=1)
    expires_in = serializers.CharField(
        max_length=30, default=ON_SCREEN, help_text="`PT60S`, `P30D`."
    )
    place = serializers.CharField(max_length=PLACE_LENGTH_MAX, required=False)
    spend = serializers.IntegerField(min_value=0, required=False)

    def validate_expires_in(self, value: str) -> str:
        """A duration above zero, at most 400 days."""
        try:
            told = Period.read(value)
        except ValueError as error:
            raise ValidationError(_("Say a duration, such as PT60S.")) from error
        days = told.days + 31 * told.months + told.seconds / _DAY_SECONDS
        if told.is_zero or days > LASTS_DAYS_MAX:
            raise ValidationError(_("A token lasts at least a second and at most 400 days."))
        return value


class StampUndoIn(In):
    """Why a stamp is taken back."""

    reason = serializers.CharField(max_length=REASON_LENGTH_MAX, allow_blank=True)


class StampTokenOut(Out):
    """A token, shown this once."""

    id = serializers.CharField()
    token = serializers.CharField()
    quantity = serializers.IntegerField()
    expires_at = serializers.DateTimeField()


class CardPositionOut(Out):
    """A position of the open card, its prize, and what became of it."""

    at = serializers.IntegerField()
    prize = serializers.DictField()
    is_reached = serializers.BooleanField()
    state = serializers.CharField(allow_null=True)


class CardGivenOut(Out):
    """A prize that a card gave: card and position, and how it stands."""

    occasion = serializers.CharField()
    state = serializers.CharField()
    reason = serializers.CharField(allow_null=True)


class StampCardOut(Out):
    """A card as a member has it: the running total, the open card and its stamps."""

    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    state = serializers.CharField()
    total = serializers.IntegerField()
    number = serializers.IntegerField()
    size = serializers.IntegerField()
    filled = serializers.IntegerField()
    positions = CardPositionOut(many=True)
    given = CardGivenOut(many=True)
    switched_off = serializers.BooleanField()


class StampCardsOut(Out):
    """A member's cards."""

    data = StampCardOut(many=True)  # type: ignore[assignment]


class StampOut(Out):
    """One row of a card."""

    id = serializers.CharField()
    member = serializers.CharField()
    number = serializers.IntegerField()
    kind = serializers.CharField()
    quantity = serializers.IntegerField()
    total = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    refers_to = serializers.CharField(allow_null=True)
    place = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    actor = serializers.CharField()
    at = serializers.DateTimeField()


class StampedOut(StampOut):
    """A stamp, and the card after it."""

    card = StampCardOut()


class CardExplanationOut(VerdictOut, StampCardOut):
    """Why a card shows what it shows."""

    version = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    stamps_from = serializers.DictField(allow_null=True)
    stamps = StampOut(many=True)
    near_misses = NearMissOut(many=True)
