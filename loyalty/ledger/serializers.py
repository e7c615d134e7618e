"""Shapes of the ledger's doors: what comes in and what goes out."""

from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from loyalty.foundation.refusals import Malformed, Problem
from loyalty.foundation.serializers import FIRST_INSTANT, LAST_INSTANT, In, Out
from loyalty.ledger.holding import HOLD_LASTS, HOLD_LASTS_MAX
from loyalty.programs.calendar import Period

POINTS_MAX: Final = 2**53 - 1  # what JSON numbers carry without loss


class AdjustmentIn(In):
    points = serializers.IntegerField(
        min_value=-POINTS_MAX, max_value=POINTS_MAX, help_text="Whole points; negative takes away."
    )
    currency = serializers.CharField(max_length=50, required=False, help_text="Slug.")
    reason = serializers.CharField(max_length=50, help_text="A reason code of the programme.")
    note = serializers.CharField(max_length=2_000, help_text="Why, for colleagues.")

    def validate_points(self, points: int) -> int:
        if points == 0:
            raise serializers.ValidationError(_("This number is too small."), code="too_small")
        return points


class TransferIn(In):
    to = serializers.CharField(max_length=250, help_text="`mem_…` or `ext:…`.")
    points = serializers.IntegerField(min_value=1, max_value=POINTS_MAX)
    currency = serializers.CharField(max_length=50, required=False, help_text="Slug.")


class HoldIn(In):
    member = serializers.CharField(max_length=250, help_text="`mem_…` or `ext:…`.")
    points = serializers.IntegerField(min_value=1, max_value=POINTS_MAX)
    currency = serializers.CharField(max_length=50, required=False, help_text="Slug.")
    quote = serializers.CharField(max_length=40, required=False, help_text="`quo_…`.")
    expires_in = serializers.CharField(
        max_length=20,
        required=False,
        help_text="ISO 8601 duration, at most PT24H; PT15M if not told.",
    )


class CaptureIn(In):
    order_id = serializers.CharField(max_length=200)
    points = serializers.IntegerField(
        min_value=1, max_value=POINTS_MAX, required=False, help_text="Fewer release the rest."
    )


class MergeIn(In):
    into = serializers.CharField(max_length=250, help_text="`mem_…` or `ext:…`.")


class NothingIn(In):
    """No body is needed."""


class SourceOut(Out):
    type = serializers.CharField()
    id = serializers.CharField(allow_null=True)


class RuleOut(Out):
    id = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)


class EntryOut(Out):
    id = serializers.CharField()
    kind = serializers.CharField()
    points = serializers.IntegerField(help_text="Signed.")
    balance_after = serializers.IntegerField()
    currency = serializers.CharField(allow_null=True)
    occurred_at = serializers.DateTimeField()
    posted_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    source = SourceOut()  # type: ignore[assignment]
    rule = RuleOut(allow_null=True)
    actor = serializers.CharField()
    reverses = serializers.CharField(allow_null=True)
    explanation = serializers.CharField()


class EntriesOut(Out):
    data = EntryOut(many=True)  # type: ignore[assignment]
    next = serializers.CharField(allow_null=True)
    total = serializers.IntegerField(required=False)


class StepOut(Out):
    """A step of an explanation; its values depend on its code."""

    code = serializers.CharField()
    values = serializers.DictField(child=serializers.JSONField())
    sentence = serializers.CharField()


class EntryExplanationOut(Out):
    entry = EntryOut()
    member = serializers.CharField(allow_null=True)
    steps = StepOut(many=True)
    reversed_by = serializers.ListField(child=serializers.CharField())
    group = serializers.ListField(child=serializers.CharField())


class ExpirationOut(Out):
    currency = serializers.CharField()
    at = serializers.DateTimeField()
    points = serializers.IntegerField()
    pending = serializers.IntegerField(help_text="Of them not open yet.")


class ExpirationsOut(Out):
    data = ExpirationOut(many=True)  # type: ignore[assignment]


class TransferOut(Out):
    sent = EntryOut()
    received = EntryOut()


class HoldOut(Out):
    id = serializers.CharField()
    member = serializers.CharField(allow_null=True)
    points = serializers.IntegerField()
    captured = serializers.IntegerField()
    status = serializers.CharField()
    quote = serializers.CharField(allow_null=True)
    expires_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class MergeOut(Out):
    id = serializers.CharField()
    member = serializers.CharField()
    into = serializers.CharField()
    merged_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class ErasedOut(Out):
    erased = serializers.ListField(child=serializers.CharField())


class TrialOut(Out):
    currency = serializers.CharField()
    opening = serializers.IntegerField()
    kinds = serializers.DictField(child=serializers.IntegerField())
    counterparts = serializers.DictField(child=serializers.IntegerField())
    entries = serializers.IntegerField()
    closing = serializers.IntegerField()


class MovementsOut(Out):
    first = serializers.DateField()
    last = serializers.DateField()
    data = TrialOut(many=True)  # type: ignore[assignment]


def lasts_of(told: str | None) -> timedelta:
    """How long a hold lives; raises Malformed for what is no duration of some seconds up to a day."""
    if told is None:
        return HOLD_LASTS
    try:
        period = Period.read(told)
    except ValueError:
        period = Period()
    lasts = timedelta(days=period.days, seconds=period.seconds)
    if period.months or not timedelta() < lasts <= HOLD_LASTS_MAX:
        raise Malformed(
            problems=[
                Problem(pointer="/expires_in", code="duration_invalid", message="PT1S … PT24H")
            ]
        )
    return lasts


def day_of(query: Any, name: str, *, default: date) -> date:
    """A day in the query, such as `?from=2026-01-01`; raises Malformed for anything else."""
    told = query.get(name)
    if told is None:
        return default
    try:
        return _kept(date.fromisoformat(told))
    except ValueError as error:
        problem = Problem(pointer=f"?{name}", code="date_invalid", message="YYYY-MM-DD")
        raise Malformed(problems=[problem]) from error


def _kept(day: date) -> date:
    """The day, if there are days of ours on either side; raises ValueError at the calendar's ends."""
    if not FIRST_INSTANT.date() <= day < LAST_INSTANT.date():
        raise ValueError(day)
    return day
