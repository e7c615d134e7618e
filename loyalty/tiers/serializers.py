"""Shapes of what doors take and tell about tiers."""

from typing import Any, Final

from rest_framework import serializers

from loyalty.foundation.ids import shown
from loyalty.foundation.serializers import In, Instant, Out
from loyalty.tiers.giving.granting import GrantWish
from loyalty.tiers.kinds import GrantSource
from loyalty.tiers.models import TierGrant

TEXT_LENGTH_MAX: Final = 100
NOTE_LENGTH_MAX: Final = 500
REFERENCE_LENGTH_MAX: Final = 200


class TierGrantIn(In):
    """A tier to be given. `from` defaults to now; leaving `until` out takes an owner's hand."""

    tier = serializers.SlugField(max_length=50)
    until = Instant(required=False, allow_null=True)
    reason = serializers.CharField(max_length=TEXT_LENGTH_MAX, required=False, allow_blank=True)
    note = serializers.CharField(max_length=NOTE_LENGTH_MAX, required=False, allow_blank=True)
    reference = serializers.CharField(max_length=REFERENCE_LENGTH_MAX, required=False)

    def get_fields(self) -> dict[str, Any]:
        """`from` and `source` cannot be written as attributes of a serializer."""
        choice = serializers.ChoiceField(choices=GrantSource.values)
        return {**super().get_fields(), "from": Instant(required=False), "source": choice}


class TierGrantEndIn(In):
    """Why a grant ends before its time."""

    reason = serializers.CharField(max_length=TEXT_LENGTH_MAX)


class TierGrantOut(Out):
    """A given tier."""

    id = serializers.CharField(source="shown_id")
    member = serializers.SerializerMethodField()
    tier = serializers.CharField(source="slug")
    until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    note = serializers.CharField()
    reference = serializers.CharField(allow_null=True)
    given_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_reason = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """`from` and `source` cannot be written as attributes of a serializer."""
        begins = serializers.DateTimeField(source="begins_at")
        return {**super().get_fields(), "from": begins, "source": serializers.CharField()}

    def get_member(self, grant: TierGrant) -> str:
        return shown("mem", grant.member_id)


class TierOut(Out):
    """A tier of the live ladder; thresholds are absent for tiers that are only given."""

    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    rank = serializers.IntegerField()
    reach = serializers.IntegerField(allow_null=True)
    keep = serializers.IntegerField(allow_null=True)
    by_metric = serializers.BooleanField()
    for_life = serializers.BooleanField()
    benefits = serializers.DictField()


class LadderOut(Out):
    """The live ladder, from the lowest tier up."""

    data = TierOut(many=True)  # type: ignore[assignment]
    metric = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_null=True)
    revision = serializers.IntegerField(allow_null=True)


class TierStepOut(Out):
    """One step of an explanation: a stable code, its numbers, and the sentence in the reader's language."""

    code = serializers.CharField()
    sentence = serializers.CharField()
    values = serializers.DictField()


class TierExplanationOut(Out):
    """Why a member is in this tier, step by step."""

    tier = serializers.CharField()
    as_of = serializers.DateTimeField()
    zone = serializers.CharField()
    steps = TierStepOut(many=True)


def wish_of(told: dict[str, Any]) -> GrantWish:
    """What was told, as the rule takes it."""
    return GrantWish(
        tier=told["tier"],
        until=told.get("until"),
        source=GrantSource(told["source"]),
        reason=told.get("reason", ""),
        begins_at=told.get("from"),
        note=told.get("note", ""),
        reference=told.get("reference"),
    )
