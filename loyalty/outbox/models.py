"""Tables of the outbox: facts and their deliveries."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.outbox.kinds import LANES, DeliveryState


class AnnouncedFact(models.Model):
    """A fact as it was announced. Ids count up, per member in the order of commits (V-11).

    No foreign keys: programme and member are shared by everybody, and a constraint would lock them on every insert.
    `announced_in` is the transaction, so that a reader by cursor never runs past one that is still open.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("fact"), max_length=60)
    program_id = models.UUIDField(_("programme"))
    member_id = models.UUIDField(_("member"), null=True)
    lane = models.SmallIntegerField()
    body = models.JSONField(_("body"))
    at = models.DateTimeField(_("happened at"))
    announced_at = models.DateTimeField(_("announced at"))
    announced_in = models.BigIntegerField()
    request_id = models.CharField(_("request"), max_length=64)
    trace_id = models.CharField(_("trace"), max_length=64)

    class Meta:
        db_table = "loyalty_announced_fact"
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        indexes: ClassVar = [
            models.Index(fields=["program_id", "announced_in", "id"], name="facts_in_order"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lane__gte=0, lane__lt=LANES), name="fact_runs_in_a_lane"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class FactDelivery(models.Model):
    """One fact on its way to one receiver that reacts later.

    `failing_since` is set while the fact stands alone and fails; only its own trouble counts towards parking (V-14).
    """

    id = models.BigAutoField(primary_key=True)
    fact_id = models.BigIntegerField(_("fact"))
    receiver = models.CharField(_("receiver"), max_length=60)
    lane = models.SmallIntegerField(_("lane"))
    state = models.CharField(
        _("state"), max_length=9, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    due_at = models.DateTimeField(_("due at"))
    tries = models.IntegerField(_("tries"), default=0, db_default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    error = models.CharField(_("error"), max_length=500, default="", db_default="")
    note = models.CharField(_("note"), max_length=500, default="", db_default="")

    class Meta:
        db_table = "loyalty_fact_delivery"
        verbose_name = _("delivery of a fact")
        verbose_name_plural = _("deliveries of facts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fact_id", "receiver"], name="fact_is_delivered_once_per_receiver"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_has_a_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.SKIPPED) | ~Q(note=""),
                name="delivery_is_skipped_with_a_note",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["receiver", "lane", "fact_id"],
                include=["due_at"],
                condition=Q(state=DeliveryState.WAITING),
                name="deliveries_waiting",
            ),
            models.Index(
                fields=["receiver", "lane"],
                condition=Q(state=DeliveryState.WAITING, tries__gt=0),
                name="deliveries_put_off",
            ),
            models.Index(
                fields=["receiver", "fact_id"],
                condition=Q(state=DeliveryState.PARKED),
                name="deliveries_parked",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.fact_id} → {self.receiver}"
