"""Shapes of what doors take and tell about challenges."""

from rest_framework import serializers

from gamification.challenges.kinds import CODE_LENGTH, Activation, Recurrence
from gamification.criteria.serializers import NearMissOut, VerdictOut
from loyalty.foundation.serializers import In, Out


class JoinIn(In):
    """The code of a team, where there are teams; without one a new team is founded."""

    team = serializers.CharField(max_length=CODE_LENGTH, required=False)


class ChallengeStepOut(Out):
    """One step and how far it is."""

    name = serializers.CharField()
    value = serializers.IntegerField()
    target = serializers.IntegerField()
    is_done = serializers.BooleanField()


class ChallengeGoalOut(Out):
    """What all have come to, net of what came back, and the member's part of it."""

    target = serializers.IntegerField()
    total = serializers.IntegerField()
    mine = serializers.IntegerField()
    min_contribution = serializers.IntegerField()
    team = serializers.CharField()


class ChallengeOut(Out):
    """A challenge as it is to a member.

    `status`: `open` can be joined, `running` counts, `locked` is for others, `closed` is not open now; `completed`,
    `expired` and `abandoned` tell how the latest go ended.
    """

    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    state = serializers.CharField()
    activation = serializers.ChoiceField(choices=Activation.values)
    recurrence = serializers.ChoiceField(choices=Recurrence.values)
    status = serializers.ChoiceField(
        choices=["open", "running", "locked", "closed", "completed", "expired", "abandoned"]
    )
    occasion = serializers.CharField()
    joined_at = serializers.DateTimeField(allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    steps = ChallengeStepOut(many=True)
    order = serializers.ChoiceField(choices=["free", "strict"])
    goal = ChallengeGoalOut(allow_null=True)
    prize = serializers.DictField(allow_null=True)
    times_completed = serializers.IntegerField()
    switched_off = serializers.BooleanField()


class ChallengesOut(Out):
    """A member's challenges."""

    data = ChallengeOut(many=True)  # type: ignore[assignment]


class ChallengeGrantOut(Out):
    """What became of the prize."""

    state = serializers.CharField()
    reason = serializers.CharField()


class ChallengeExplanationOut(VerdictOut):
    """Why (not): the verdict, each step with value, target and instant, the prize, near misses."""

    challenge = serializers.CharField()
    version = serializers.IntegerField()
    status = serializers.CharField()
    as_of = serializers.DateTimeField()
    steps = ChallengeStepOut(many=True)
    tree = serializers.DictField()
    near_misses = NearMissOut(many=True)
    grant = ChallengeGrantOut(allow_null=True)
