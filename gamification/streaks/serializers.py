"""Shapes of what doors take and tell about streaks."""

from rest_framework import serializers

from gamification.criteria.serializers import NearMissOut, VerdictOut
from gamification.streaks.kinds import FREEZES_GIVEN_MAX, REASON_LENGTH_MAX, Verdict
from loyalty.foundation.serializers import In, Out


class PauseIn(In):
    """Days to pause, both included, in the streak's own zone."""

    first = serializers.DateField()
    last = serializers.DateField()


class RepairIn(In):
    """Why a loss is made good."""

    reason = serializers.CharField(max_length=REASON_LENGTH_MAX, allow_blank=True)


class FreezesIn(In):
    """How many freezes are given, and why."""

    quantity = serializers.IntegerField(min_value=1, max_value=FREEZES_GIVEN_MAX, default=1)
    reason = serializers.CharField(max_length=REASON_LENGTH_MAX, allow_blank=True)


class PeriodOut(Out):
    """One period and what it came to."""

    period = serializers.CharField()
    verdict = serializers.ChoiceField(choices=Verdict.values)
    value = serializers.IntegerField()
    length = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class StreakNowOut(Out):
    """The period that is running."""

    period = serializers.CharField()
    value = serializers.IntegerField()
    need = serializers.IntegerField()
    is_done = serializers.BooleanField()
    ends_at = serializers.DateTimeField()


class FreezesOut(Out):
    """Freezes: owned, at most, one for so many periods done, the next one in so many."""

    owned = serializers.IntegerField()
    max = serializers.IntegerField()
    every = serializers.IntegerField()
    next_in = serializers.IntegerField()


class PauseOut(Out):
    """Days that are paused, both included."""

    first = serializers.DateField()
    last = serializers.DateField()


class StreakRepairOut(Out):
    """A loss that can be made good."""

    period = serializers.CharField()
    length = serializers.IntegerField()
    periods_left = serializers.IntegerField()


class StreakOut(Out):
    """A streak as a member has it; `deadline` is when something has to be done next."""

    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    state = serializers.CharField()
    period = serializers.CharField()
    current = serializers.IntegerField()
    longest = serializers.IntegerField()
    deadline = serializers.DateTimeField(allow_null=True)
    time_zone = serializers.CharField()
    now = StreakNowOut()
    freezes = FreezesOut()
    periods = PeriodOut(many=True)
    pauses = PauseOut(many=True)
    repair = StreakRepairOut(allow_null=True)
    switched_off = serializers.BooleanField()


class StreaksOut(Out):
    """A member's streaks."""

    data = StreakOut(many=True)  # type: ignore[assignment]


class StreakExplanationOut(VerdictOut):
    """Why a streak is as long as it is: every period, and what nearly counted in the running one."""

    streak = serializers.CharField()
    version = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    current = serializers.IntegerField()
    longest = serializers.IntegerField()
    periods = PeriodOut(many=True)
    tree = serializers.DictField()
    near_misses = NearMissOut(many=True)
