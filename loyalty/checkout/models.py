"""Tables of checkout: quotes, which orders named them, and what the points of a hold pay."""

from typing import Any, Final

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id, Row

_SHARED: Final[dict[str, Any]] = {
    "on_delete": models.PROTECT,
    "db_constraint": False,
    "db_index": False,
    "related_name": "+",
}
WHY_LENGTH_MAX = 20


def never_changed(name: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """Refuses this to every role, whatever the row."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=operation,
        func=f"RAISE EXCEPTION '{name}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';",
    )


class Quote(Row):
    """What an order would bring and what points may pay of it, frozen for a quarter of an hour (E-75).

    `order` is the order as it is to be told once it is paid, vouchers taken off; `terms` judge it then; `body` is what
    was offered, in codes and numbers. Codes of vouchers are absent: their ids stand in the body. A quote is never
    changed, and goes 30 days after its end unless an order or a hold has relied on it.
    """

    prefix = "quo"

    program = models.ForeignKey("loyalty.Program", **_SHARED)
    member = models.ForeignKey("loyalty.Member", on_delete=models.PROTECT, related_name="quotes")
    as_of = models.DateTimeField(_("as of"))
    expires_at = models.DateTimeField(_("ends"))
    total = models.BigIntegerField(_("total"))
    currency = models.CharField(_("currency"), max_length=3)
    order = models.JSONField(_("order"))
    terms = models.JSONField(_("terms"))
    body = models.JSONField(_("offer"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("as_of")), name="quote_ends_after_its_start"
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="quote_total_not_below_zero"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="quote_by_end")]
        triggers = [never_changed("quote_is_never_changed", pgtrigger.Update | pgtrigger.Truncate)]

    def __str__(self) -> str:
        return self.shown_id


class QuoteUse(Row):
    """An order that named a quote: judged as of it, or why not. An order names one quote at most."""

    prefix = "quu"

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="uses")
    event_id: models.UUIDField[Id, Id] = models.UUIDField(_("event"))
    missed = models.CharField(_("why not used"), max_length=WHY_LENGTH_MAX, blank=True)
    at = models.DateTimeField(_("told"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("use of a quote")
        verbose_name_plural = _("uses of quotes")
        constraints = [
            models.UniqueConstraint(fields=["event_id"], name="quote_use_is_one_per_order")
        ]
        triggers = [
            never_changed(
                "quote_use_is_never_changed",
                pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
            )
        ]

    def __str__(self) -> str:
        return self.shown_id


class PointsPrice(models.Model):
    """What the points of one hold pay: so many points for so much money in minor units of the programme's currency.

    Written down when the points are set aside, so that a return gives back what they were worth then (E-64).
    """

    hold_id: models.UUIDField[Id, Id] = models.UUIDField(_("hold"), primary_key=True)
    program = models.ForeignKey("loyalty.Program", **_SHARED)
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, null=True, related_name="prices")
    points_per_block = models.BigIntegerField(_("points of a block"))
    money_per_block = models.BigIntegerField(_("money of a block"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("price of points")
        verbose_name_plural = _("prices of points")
        constraints = [
            models.CheckConstraint(
                condition=Q(points_per_block__gt=0, money_per_block__gt=0),
                name="points_price_pays_something",
            )
        ]
        triggers = [
            never_changed(
                "points_price_is_never_changed",
                pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
            )
        ]

    def __str__(self) -> str:
        return f"{self.points_per_block} = {self.money_per_block}"
