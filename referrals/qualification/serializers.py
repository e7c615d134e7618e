"""Shapes of what doors take and tell about referrals."""

from rest_framework import serializers

from loyalty.foundation.serializers import In, Out
from referrals.attribution.kinds import REASON_LENGTH_MAX
from referrals.attribution.serializers import ContextIn
from referrals.codes.kinds import CODE_LENGTH_MAX
from referrals.guard.kinds import APPEAL_LENGTH_MAX
from referrals.plans.kinds import HouseholdPolicy, Preset


class ReferralIn(In):
    """Who was brought, and by which code or visitor."""

    code = serializers.CharField(max_length=64, help_text="A typed code, or a visitor's token.")
    friend = serializers.CharField(max_length=204, help_text="`mem_…` or `ext:…`.")
    context = ContextIn(required=False)  # type: ignore[assignment]


class ReasonIn(In):
    """Why somebody decides."""

    reason = serializers.CharField(max_length=REASON_LENGTH_MAX, allow_blank=True)


class AttachIn(In):
    """The code of whoever brought the friend, and why staff say so."""

    code = serializers.CharField(max_length=64)
    reason = serializers.CharField(max_length=REASON_LENGTH_MAX, allow_blank=True)


class AppealIn(In):
    """A rejected side's own words."""

    words = serializers.CharField(max_length=APPEAL_LENGTH_MAX)


class CodeIn(In):
    """The code that a member would like to have."""

    code = serializers.CharField(max_length=CODE_LENGTH_MAX)


class ReplayIn(In):
    """Another guard to try: a preset, perhaps with weights and borders."""

    preset = serializers.ChoiceField(choices=Preset.choices, required=False)
    weights = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=1000), required=False
    )
    review_from = serializers.IntegerField(min_value=1, required=False)
    block_from = serializers.IntegerField(min_value=1, required=False)
    household = serializers.ChoiceField(choices=HouseholdPolicy.choices, required=False)
    days = serializers.IntegerField(min_value=1, max_value=365, required=False)


class ReferralRewardOut(Out):
    """What one side gets."""

    side = serializers.CharField()
    kind = serializers.CharField()
    amount = serializers.IntegerField()
    unit = serializers.CharField()
    state = serializers.CharField()
    why = serializers.CharField(allow_null=True)
    recovered = serializers.IntegerField()


class ReferralOut(Out):
    """A referral; `reason` is neutral unless the key may inspect."""

    id = serializers.CharField()
    state = serializers.CharField()
    reason = serializers.CharField(allow_null=True)
    plan = serializers.CharField()
    advocate = serializers.CharField()
    advocate_member = serializers.CharField(allow_null=True)
    friend = serializers.CharField()
    came_by = serializers.CharField()
    number = serializers.IntegerField()
    joined_at = serializers.DateTimeField()
    qualify_until = serializers.DateTimeField()
    qualified_at = serializers.DateTimeField(allow_null=True)
    release_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    rewards = ReferralRewardOut(many=True)


class FriendOut(Out):
    """A friend as the advocate sees them: a number, a month, and how it stands (R-49)."""

    number = serializers.IntegerField()
    month = serializers.CharField()
    state = serializers.ChoiceField(choices=["joined", "waiting", "rewarded", "not_counted"])
    label = serializers.CharField()  # type: ignore[assignment]


class BroughtByOut(Out):
    """How this member came: the advocate's first name only with consent."""

    first_name = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=["joined", "waiting", "rewarded", "not_counted"])
    joined_at = serializers.DateTimeField()
    order_until = serializers.DateTimeField()


class ClaimOut(Out):
    """Whether a member may still say who brought them; no end before the first order."""

    possible = serializers.BooleanField()
    until = serializers.DateTimeField(allow_null=True)


class MemberReferralOut(Out):
    """What a member hands on, and what came of it."""

    plan = serializers.CharField()
    code = serializers.CharField()
    share_link = serializers.CharField()
    qr_link = serializers.CharField()
    qr_svg = serializers.CharField()
    share_texts = serializers.DictField(child=serializers.CharField())
    rewards = serializers.DictField(child=serializers.CharField(), help_text="In words, by side.")
    rules = serializers.ListField(child=serializers.CharField(), help_text="What has to happen.")
    counts = serializers.DictField(child=serializers.IntegerField())
    friends = FriendOut(many=True)
    brought_by = BroughtByOut(allow_null=True)
    claim = ClaimOut()


class ReferralExplanationOut(Out):
    """Why a referral stands where it stands."""

    referral = serializers.CharField()
    state = serializers.CharField()
    sentence = serializers.CharField()
    hindrances = serializers.ListField(
        child=serializers.DictField(), help_text="Code, title and detail of what stands in the way."
    )
    touches = serializers.ListField(child=serializers.DictField())
    order = serializers.DictField()
    dates = serializers.DictField()
    caps = serializers.ListField(child=serializers.DictField())
    rewards = ReferralRewardOut(many=True)
    moves = serializers.ListField(child=serializers.DictField())
    checks = serializers.ListField(child=serializers.DictField())


class ReplayOut(Out):
    """What another guard would have made of the last days."""

    looked_at = serializers.IntegerField()
    matrix = serializers.ListField(child=serializers.DictField())
    false_alarms = serializers.DictField()
    misses = serializers.DictField()
