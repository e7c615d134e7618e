"""Shapes of what doors take and tell about badges."""

from rest_framework import serializers

from gamification.badges.awards.by_hand import REASON_LENGTH_MAX
from gamification.badges.kinds import AwardState, Origin, Repeat
from gamification.criteria.kinds import DefinitionState
from gamification.criteria.serializers import NearMissOut, VerdictOut
from loyalty.foundation.serializers import In, Out
from loyalty.pictures.serializers import Image


class AwardIn(In):
    """A badge, one of its tiers (the first, if none is told), and why."""

    badge = serializers.SlugField(max_length=50)
    tier = serializers.SlugField(max_length=50, required=False)
    reason = serializers.CharField(max_length=REASON_LENGTH_MAX, allow_blank=True)


class RevokeIn(In):
    """Why an award is taken back."""

    reason = serializers.CharField(max_length=REASON_LENGTH_MAX, allow_blank=True)


class SwitchIn(In):
    """Which game is switched off or on; without one all of them."""

    game = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    on = serializers.BooleanField()


class SwitchesOut(Out):
    """What a member has switched off; an empty name stands for all games."""

    off = serializers.ListField(child=serializers.CharField(allow_blank=True))


class BadgeTierOut(Out):
    """One tier; rarity in whole per mille of active members, absent under ten holders."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    image = Image(allow_blank=True)
    target = serializers.IntegerField()
    edition = serializers.IntegerField(allow_null=True)
    left = serializers.IntegerField(allow_null=True)
    per_mille = serializers.IntegerField(allow_null=True)


class BadgeOut(Out):
    """A badge that everybody may see."""

    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=DefinitionState.values)
    version = serializers.IntegerField()
    repeat = serializers.ChoiceField(choices=Repeat.values)
    tiers = BadgeTierOut(many=True)


class BadgesOut(Out):
    """Every badge."""

    data = BadgeOut(many=True)  # type: ignore[assignment]


class EvidenceOut(Out):
    """What earned an award: absent for awards by hand."""

    value = serializers.IntegerField(required=False)
    target = serializers.IntegerField(required=False)
    deed = serializers.CharField(required=False, allow_null=True)
    first = serializers.CharField(required=False, allow_null=True)
    deeds = serializers.ListField(child=serializers.CharField(), required=False)


class AwardOut(Out):
    """A tier that a member holds, or held."""

    id = serializers.CharField()
    tier = serializers.CharField()
    name = serializers.CharField()
    occasion = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=AwardState.values)
    origin = serializers.ChoiceField(choices=Origin.values)
    earned_at = serializers.DateTimeField()
    awarded_at = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)
    edition_no = serializers.IntegerField(allow_null=True)
    evidence = EvidenceOut()


class BadgeProgressOut(Out):
    """How far a member is."""

    value = serializers.IntegerField()
    target = serializers.IntegerField()


class MemberBadgeOut(BadgeOut):
    """A badge with what a member holds of it."""

    awards = AwardOut(many=True)
    progress = BadgeProgressOut(allow_null=True)


class MemberBadgesOut(Out):
    """A member's badges."""

    data = MemberBadgeOut(many=True)  # type: ignore[assignment]


class ReachedOut(Out):
    """A target that was reached."""

    occasion = serializers.CharField(allow_blank=True)
    target = serializers.IntegerField()
    value = serializers.IntegerField()
    at = serializers.DateTimeField()
    deed = serializers.CharField(allow_null=True)


class BadgeExplanationOut(VerdictOut):
    """Why (not): verdict, version, the tree with value, target and instant per leaf, near misses."""

    badge = serializers.CharField()
    version = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    reached = ReachedOut(many=True)
    tree = serializers.DictField()
    near_misses = NearMissOut(many=True)
    awards = AwardOut(many=True)
