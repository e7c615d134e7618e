"""Shapes of what the doors of the events room tell; what they take stands in `shapes.py`."""

from rest_framework import serializers

from loyalty.events.kinds import EventStatus
from loyalty.events.models import EventVoid
from loyalty.events.voids.voiding import REASON_LENGTH_MAX
from loyalty.foundation.serializers import In, MoneyOut, Out
from loyalty.ledger.serializers import HoldOut


class EarnedOut(Out):
    """Points that one rule gave for the event, and when they open and end."""

    currency = serializers.CharField()
    points = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["available", "pending"])
    available_at = serializers.CharField(allow_null=True)
    expires_at = serializers.CharField(allow_null=True)
    rule = serializers.CharField()
    explanation = serializers.JSONField()


class TierMoveOut(Out):
    """The tier before and after the event."""

    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


class BalanceOut(Out):
    """One currency of a member's, in its four parts."""

    available = serializers.IntegerField()
    pending = serializers.IntegerField()
    held = serializers.IntegerField()
    negative = serializers.IntegerField()


class ReturnedLineOut(Out):
    """What one line gave back: pieces, their value, and the money and points in it."""

    line_id = serializers.CharField()
    quantity = serializers.IntegerField()
    value = serializers.IntegerField()
    money = serializers.IntegerField()
    points = serializers.IntegerField()


class CoveredOut(Out):
    """Where the points came from that a return asked back."""

    pending = serializers.IntegerField()
    available = serializers.IntegerField()
    expired = serializers.IntegerField()
    owing = serializers.IntegerField()
    forgiven = serializers.IntegerField()


class TakenBackOut(CoveredOut):
    """In all currencies that can be spent, and currency by currency."""

    by_currency = serializers.DictField(child=CoveredOut())


class GivenBackOut(Out):
    """Points that had paid: how many came back usable, and how many to lots that had ended."""

    available = serializers.IntegerField()
    already_expired = serializers.IntegerField()


class AllocationOut(Out):
    """What a return came to; the shop refunds exactly `money` (E-65)."""

    lines = ReturnedLineOut(many=True)
    money = MoneyOut()
    taken_back = TakenBackOut()
    given_back = GivenBackOut()
    vouchers = serializers.ListField(child=serializers.JSONField())


class QuoteLoweredOut(Out):
    """A rule that gave less than quoted, because its limits were used up since."""

    rule = serializers.CharField()
    quoted = serializers.IntegerField()
    points = serializers.IntegerField()


class NamedQuoteOut(Out):
    """The quote that the order names: whether the order was judged as of it, and if not, why (E-75)."""

    id = serializers.CharField()
    used = serializers.BooleanField()
    why_not = serializers.CharField(allow_null=True)
    lowered = QuoteLoweredOut(many=True)


class CapturedForOut(Out):
    """An order that was told before the capture: less of it counts now, and points went back and forth."""

    event = serializers.CharField()
    taken_back = TakenBackOut()
    given_back = GivenBackOut()


class CaptureOut(HoldOut):
    """A captured hold; `settled` are orders that had been told before."""

    settled = CapturedForOut(many=True)


class ResultsOut(Out):
    """What the event brought."""

    points = EarnedOut(many=True)
    tier = TierMoveOut()
    balances = serializers.DictField(child=BalanceOut())
    why_nothing = serializers.CharField(required=False)
    allocation = AllocationOut(required=False)
    quote = NamedQuoteOut(required=False)


class EventAnswerOut(Out):
    """The answer to an event, the same each time it is told again."""

    id = serializers.CharField()
    type = serializers.CharField()
    member = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=EventStatus.choices)
    results = ResultsOut()


class BatchItemOut(Out):
    """What became of one event of a batch: `event` or `problem`."""

    index = serializers.IntegerField()
    status = serializers.IntegerField()
    event = EventAnswerOut(required=False)
    problem = serializers.JSONField(required=False)


class BatchOut(Out):
    """One item per told event, in order."""

    data = BatchItemOut(many=True)  # type: ignore[assignment]


class EventOut(Out):
    """An event as it is kept."""

    id = serializers.CharField()
    type = serializers.CharField()
    member = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    source_id = serializers.CharField()
    occurred_at = serializers.CharField()
    recorded_at = serializers.CharField()
    status = serializers.ChoiceField(choices=EventStatus.choices)
    channel = serializers.CharField(allow_null=True)
    store = serializers.CharField(allow_null=True)
    data = serializers.JSONField()  # type: ignore[assignment]
    results = ResultsOut()


class EventVoidIn(In):
    """Why an event is taken back."""

    reason = serializers.CharField(max_length=REASON_LENGTH_MAX)


class VoidResultsOut(Out):
    """What was taken back; of an order the whole allocation."""

    taken_back = TakenBackOut()
    tier = TierMoveOut()
    allocation = AllocationOut(required=False)
    vouchers = serializers.ListField(child=serializers.JSONField(), required=False)


class EventVoidOut(Out):
    """An event that was taken back; the same answer each time it is told again."""

    id = serializers.SerializerMethodField()
    type = serializers.CharField(source="event.type")
    status = serializers.CharField(source="event.status")
    reason = serializers.CharField()
    voided_at = serializers.DateTimeField(source="at")
    results = VoidResultsOut()

    def get_id(self, voided: EventVoid) -> str:
        return voided.event.shown_id


class EventExplanationOut(Out):
    """Why an event brought what it brought (E-50)."""

    event = serializers.CharField()
    as_of = serializers.CharField()
    zone = serializers.CharField()
    stacking = serializers.JSONField()
    quote = serializers.CharField(allow_null=True)
    basis = serializers.JSONField(required=False)
    order_number = serializers.IntegerField(required=False)
    steps = serializers.ListField(
        child=serializers.JSONField(),
        required=False,
        help_text="What became of the quote that the order names.",
    )
    rules = serializers.ListField(child=serializers.JSONField())
    points = serializers.IntegerField(
        help_text="Of the programme's first currency that can be spent."
    )
    by_currency = serializers.DictField(child=serializers.IntegerField())
    allocation = AllocationOut(required=False)
    why_nothing = serializers.CharField(required=False)
    sentence = serializers.CharField(required=False)
