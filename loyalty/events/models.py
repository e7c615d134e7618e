"""Tables of the events room. Both are hot: no constraint to what everybody shares, few and narrow indexes."""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.events.kinds import EventStatus
from loyalty.foundation.ids import Row

SOURCE_LENGTH_MAX = 60
SOURCE_ID_LENGTH_MAX = 200
TYPE_LENGTH_MAX = 60


class Event(Row):
    """Something a storefront told us about a member, kept once for ever under its source and source id.

    The unique column is a keyed digest: it outlives `source_id`, which goes when nobody needs it any more (S-58).
    `answer` is the JSON told when the event was taken in, kept as text so that a replay reads the same.
    """

    prefix = "evt"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    # Whom it was told about; after a merge the survivor answers, and this stays.
    member = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, db_index=False, related_name="events"
    )
    type = models.CharField(_("type"), max_length=TYPE_LENGTH_MAX)
    status = models.CharField(
        _("status"), max_length=10, choices=EventStatus, default=EventStatus.RECORDED
    )
    source = models.CharField(_("source"), max_length=SOURCE_LENGTH_MAX)
    source_id = models.CharField(_("source id"), max_length=SOURCE_ID_LENGTH_MAX, blank=True)
    source_digest = models.BinaryField(max_length=16)
    content_digest = models.BinaryField(max_length=16)
    # The fold this event belongs to; a plain id, since both are written in one unit.
    order_id = models.UUIDField(null=True)
    order_digest = models.BinaryField(max_length=16, null=True)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    store = models.CharField(_("store"), max_length=100, blank=True)
    data = models.JSONField(_("data"), default=dict)
    occurred_at = models.DateTimeField(_("occurred"))
    recorded_at = models.DateTimeField(_("recorded"))
    answer = models.TextField()

    class Meta:
        app_label = "loyalty"
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["program", "source_digest"], name="event_counts_once"),
            models.CheckConstraint(
                condition=Q(status__in=EventStatus.values), name="event_status_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "type", "occurred_at"], name="event_by_member"),
            models.Index(
                fields=["program", "order_digest"],
                condition=Q(status=EventStatus.WAITING),
                name="event_waiting",
            ),
            models.Index(
                fields=["order_id"],
                condition=Q(type__in=("order.returned", "order.cancelled")),
                name="event_returns_of_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.shown_id}"


class Order(Row):
    """The fold of all events with one order key: what was bought, at which rate, and when.

    What was bought stands in the data of the event that told it. Currency and rate are stamped for ever (E-70).
    """

    prefix = "ord"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    member = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, db_index=False, related_name="orders"
    )
    order_source = models.CharField(_("source"), max_length=SOURCE_LENGTH_MAX)
    # The shop's number for staff to find it by; the digest is what counts once and outlives it.
    order_number = models.CharField(_("order id"), max_length=SOURCE_ID_LENGTH_MAX, blank=True)
    order_digest = models.BinaryField(max_length=16)
    # What was told of it, member included: a second telling has to say the same (E-4).
    content_digest = models.BinaryField(max_length=16)
    event_id = models.UUIDField()
    # Which order of its member it was when it came (E-26); never renumbered.
    number = models.PositiveIntegerField(_("number"), default=1)
    currency = models.CharField(_("currency"), max_length=3)
    rate = models.DecimalField(max_digits=24, decimal_places=12, default=Decimal(1))
    total = models.BigIntegerField(_("total"))
    returned = models.BigIntegerField(_("returned"), default=0)
    is_wholly_returned = models.BooleanField(_("wholly returned"), default=False)
    paid_at = models.DateTimeField(_("paid"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["program", "order_digest"], name="order_counts_once"),
            models.CheckConstraint(condition=Q(total__gte=0), name="order_total_not_below_zero"),
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=models.F("total")),
                name="order_returns_no_more_than_paid",
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="order_rate_above_zero"),
        ]
        indexes = [
            models.Index(
                fields=["member", "paid_at"],
                condition=Q(is_wholly_returned=False),
                name="order_by_member",
            ),
        ]

    def __str__(self) -> str:
        return self.order_number or self.shown_id


class EventVoid(models.Model):
    """An event that staff took back: why, who, and what it came to (E-68). Rows are only added; the event's key stays used."""

    event = models.OneToOneField(
        Event, on_delete=models.PROTECT, primary_key=True, related_name="voided"
    )
    reason = models.CharField(_("reason"), max_length=200)
    actor_kind = models.CharField(_("actor"), max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=100, blank=True)
    results = models.JSONField(_("what was taken back"))
    at = models.DateTimeField(_("voided"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("voided event")
        verbose_name_plural = _("voided events")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="void_has_a_reason"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="void_is_for_ever",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
                func=(
                    "RAISE EXCEPTION 'void_is_for_ever' USING ERRCODE = 'restrict_violation',"
                    " CONSTRAINT = 'void_is_for_ever';"
                ),
            )
        ]

    def __str__(self) -> str:
        return str(self.event_id)
