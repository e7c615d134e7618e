"""Tables of the journal. Both are hot: no constraint to what everybody shares, few and narrow indexes."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gamification.deeds.kinds import KIND_LENGTH_MAX, DeedSource
from loyalty.foundation.ids import Id, Row


class Deed(Row):
    """One thing that can count: an event, an order line, a points entry, an approved referral (G-1).

    What was told stays as told; what came back stands beside it, and the net is the difference (G-3). It is never
    deleted. Money is minor units of the programme's currency.
    """

    prefix = "ded"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    # Who answers for it today: a merge hands deeds over (G-10).
    member = models.ForeignKey(
        "loyalty.Member",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    kind = models.CharField(_("kind"), max_length=KIND_LENGTH_MAX)
    source = models.CharField(_("source"), max_length=8, choices=DeedSource)
    source_id: models.UUIDField[Id, Id] = models.UUIDField()
    line = models.PositiveSmallIntegerField(_("line"), default=0)
    order_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    sku = models.CharField(_("article"), max_length=200, blank=True)
    categories = ArrayField(models.CharField(max_length=200), verbose_name=_("categories"), default=list)  # fmt: skip
    place = models.CharField(_("place"), max_length=100, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict)
    quantity = models.BigIntegerField(_("pieces"), default=1)
    amount = models.BigIntegerField(_("amount"), default=0)
    points = models.BigIntegerField(_("points"), default=0)
    currency_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    returned_quantity = models.BigIntegerField(_("pieces returned"), default=0)
    returned_amount = models.BigIntegerField(_("amount returned"), default=0)
    returned_points = models.BigIntegerField(_("points returned"), default=0)
    void_at = models.DateTimeField(_("void since"), null=True)
    occurred_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    is_imported = models.BooleanField(_("imported"), default=False)
    # Points that a game paid: measures leave them out unless told (G-20).
    is_prize = models.BooleanField(_("a prize"), default=False)
    # Told while its member was suspended: void from the start (G-7).
    is_disregarded = models.BooleanField(_("disregarded"), default=False)

    class Meta:
        verbose_name = _("deed")
        verbose_name_plural = _("deeds")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "source", "source_id", "line"], name="deed_counts_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    returned_quantity__gte=0,
                    returned_quantity__lte=F("quantity"),
                    returned_amount__gte=0,
                    returned_amount__lte=F("amount"),
                    returned_points__gte=0,
                    returned_points__lte=F("points"),
                ),
                name="deed_returns_no_more_than_told",
            ),
            models.CheckConstraint(
                condition=Q(source__in=DeedSource.values), name="deed_source_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "kind", "occurred_at"], name="deed_by_member"),
            models.Index(
                fields=["program", "kind", "member", "occurred_at"], name="deed_by_program"
            ),
            models.Index(
                fields=["order_id"], condition=Q(order_id__isnull=False), name="deed_by_order"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="deed_is_never_deleted",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="RAISE EXCEPTION 'deed_is_never_deleted' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'deed_is_never_deleted';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.shown_id}"


class Correction(Row):
    """How much of a deed one return took away, once. It belongs to the period of the deed (G-4). Rows are only added."""

    prefix = "dco"

    deed = models.ForeignKey(Deed, on_delete=models.PROTECT, related_name="corrections")
    # The return: an event, or the key of what settled without one.
    source_id: models.UUIDField[Id, Id] = models.UUIDField()
    quantity = models.BigIntegerField(_("pieces"), default=0)
    amount = models.BigIntegerField(_("amount"), default=0)
    points = models.BigIntegerField(_("points"), default=0)
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.UniqueConstraint(fields=["deed", "source_id"], name="return_corrects_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="correction_is_never_changed",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
                func="RAISE EXCEPTION 'correction_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'correction_is_never_changed';",
            )
        ]

    def __str__(self) -> str:
        return self.shown_id
