"""What every explanation tells in the same shape (G-102, G-103)."""

from rest_framework import serializers

from gamification.criteria.kinds import Reason
from loyalty.foundation.serializers import Out


class VerdictOut(Out):
    """A closed code, its sentence for staff, and the one for the member."""

    reason = serializers.ChoiceField(choices=Reason.values)
    sentence = serializers.CharField()
    to_member = serializers.CharField()


class NearMissOut(VerdictOut):
    """A deed that failed exactly one clause."""

    deed = serializers.CharField()
    at = serializers.DateTimeField()
