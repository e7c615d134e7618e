"""Shapes of what doors tell about levels."""

from rest_framework import serializers

from gamification.criteria.serializers import NearMissOut, VerdictOut
from loyalty.foundation.serializers import Out


class NextLevelOut(Out):
    """The next level: where it begins, and what is missing."""

    level = serializers.IntegerField()
    at = serializers.IntegerField()
    remaining = serializers.IntegerField()


class LevelOut(Out):
    """A member's level on one curve. Returns lower the experience, never the level."""

    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    state = serializers.CharField()
    currency = serializers.CharField()
    level = serializers.IntegerField()
    levels = serializers.IntegerField()
    experience = serializers.IntegerField()
    reached_at = serializers.DateTimeField(allow_null=True)
    next = NextLevelOut(allow_null=True)


class LevelsOut(Out):
    """A member's levels."""

    data = LevelOut(many=True)  # type: ignore[assignment]


class LevelMarkOut(Out):
    """A level that was reached: when it was true, and when it was noticed."""

    level = serializers.IntegerField()
    reached_at = serializers.DateTimeField()
    noticed_at = serializers.DateTimeField()
    experience = serializers.IntegerField()


class ExperienceOut(Out):
    """A deed that brought experience, net."""

    deed = serializers.CharField()
    at = serializers.DateTimeField()
    value = serializers.IntegerField()


class LevelExplanationOut(VerdictOut):
    """Why a member is at a level: every mark, the latest deeds behind the experience, and those that nearly counted."""

    slug = serializers.CharField()
    version = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    level = serializers.IntegerField()
    experience = serializers.IntegerField()
    next = NextLevelOut(allow_null=True)
    thresholds = serializers.ListField(child=serializers.IntegerField())
    marks = LevelMarkOut(many=True)
    tree = serializers.DictField()
    deeds = ExperienceOut(many=True)
    near_misses = NearMissOut(many=True)
