"""Shapes of the test clock."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from loyalty.foundation.serializers import In, Instant, Out
from loyalty.programs.calendar import Period


@extend_schema_field({"type": "string", "format": "duration"})
class PeriodField(serializers.Field[Period, Any, str, Any]):
    """An ISO 8601 duration, such as P1M or PT90M."""

    def to_internal_value(self, data: Any) -> Period:
        try:
            return Period.read(data if isinstance(data, str) else "")
        except ValueError:
            raise serializers.ValidationError(
                _("This is not an ISO 8601 duration."), code="not_a_duration"
            ) from None


class AdvanceIn(In):
    """Where to: an instant, or how far from now."""

    to = Instant(required=False, help_text="The instant to stand at.")
    by = PeriodField(required=False, help_text="How far to move, such as P1M.")

    def validate(self, attrs: Any) -> Any:
        if len(attrs) != 1:
            raise serializers.ValidationError(
                _("Say either where to go or how far."), code="one_of_two"
            )
        return attrs


class ClockOut(Out):
    """Where the programme's clock stands."""

    now = serializers.DateTimeField()
