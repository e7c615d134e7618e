"""Gift cards: what the voucher's row does not say, and what baskets hold of them. The money lies in the ledger."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row, shown
from loyalty.ledger.kinds import POINTS_PER_MOVEMENT_MAX
from loyalty.rewards.models.vouchers import KEY_LENGTH, Voucher
from loyalty.rewards.voucher_kinds import PaidWith


class GiftCard(models.Model):
    """A voucher that is stored value. What is left of it is absent: that is its account's balance (W-50).

    `reference` and `sale_order_key` are keyed digests of the shop's own numbers.
    """

    voucher = models.OneToOneField(
        Voucher, on_delete=models.PROTECT, primary_key=True, related_name="card"
    )
    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    value = models.BigIntegerField(_("value"))
    currency = models.CharField(_("currency"), max_length=3)
    paid_with = models.CharField(_("paid with"), max_length=6, choices=PaidWith)
    reference = models.CharField(max_length=KEY_LENGTH, null=True)  # noqa: DJ001 (a unique key needs "no value")
    sale_order_key = models.CharField(max_length=KEY_LENGTH, blank=True)
    sale_line = models.CharField(max_length=200, blank=True)
    # Null: no PIN at all, an imported card without one. Five wrong ones void it (S-36).
    pin_digest = models.BinaryField(max_length=16, null=True)
    wrong_pins = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("gift card")
        verbose_name_plural = _("gift cards")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "reference"], name="gift_card_is_sold_once_per_reference"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=1, value__lte=POINTS_PER_MOVEMENT_MAX),
                name="gift_card_has_a_value",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"), name="gift_card_currency_is_iso_4217"
            ),
            models.CheckConstraint(
                condition=Q(paid_with__in=PaidWith.values), name="gift_card_was_paid_somehow"
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "sale_order_key"],
                condition=~Q(sale_order_key=""),
                name="gift_card_by_sale",
            ),
        ]

    def __str__(self) -> str:
        return shown(Voucher.prefix, self.voucher_id)


class CardHold(Row):
    """A part of a gift card that is kept for one basket; several baskets may hold parts of one card (W-52)."""

    prefix = "chd"

    voucher = models.ForeignKey(
        Voucher, on_delete=models.PROTECT, db_index=False, related_name="card_holds"
    )
    key = models.CharField(max_length=KEY_LENGTH)
    hold_id = models.UUIDField()
    amount = models.BigIntegerField(_("amount"))
    until = models.DateTimeField(_("until"))
    settled_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("reservation of a gift card")
        verbose_name_plural = _("reservations of gift cards")
        constraints = [
            models.UniqueConstraint(
                fields=["voucher", "key"],
                condition=Q(settled_at__isnull=True),
                name="card_is_held_once_per_basket",
            ),
            models.UniqueConstraint(fields=["hold_id"], name="card_hold_is_of_one_basket"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="card_hold_sets_money_aside"),
        ]

    def __str__(self) -> str:
        return self.shown_id
