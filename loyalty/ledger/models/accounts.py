"""Accounts and holds: the two tables of the ledger whose rows change."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from loyalty.ledger.kinds import POINTS_PER_PART_MAX, HoldState

PARTS = ("available", "pending", "held", "negative")


class Account(Row):
    """One owner and one currency: a member's points, or the money on a gift card.

    The four parts are a cache of what entries, lots and holds say; only `post` and the functions about holds move
    them, under the row's lock, and `verify` compares. There is no balance column: it is the sum of the parts.
    """

    prefix = "acc"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    member = models.ForeignKey(
        "loyalty.Member",
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="accounts",
    )
    currency = models.ForeignKey(
        "loyalty.PointCurrency",
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    # Gift cards live in a room above: the ledger knows one as an id and an ISO currency.
    voucher_id = models.UUIDField(null=True)
    money = models.CharField(_("money"), max_length=3, blank=True)
    available = models.BigIntegerField(_("available"), default=0)
    pending = models.BigIntegerField(_("pending"), default=0)
    held = models.BigIntegerField(_("held"), default=0)
    negative = models.BigIntegerField(_("owed"), default=0)
    last_number = models.BigIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "currency"], name="account_is_one_per_member_and_currency"
            ),
            models.UniqueConstraint(
                fields=["voucher_id"],
                condition=Q(voucher_id__isnull=False),
                name="account_is_one_per_gift_card",
            ),
            models.CheckConstraint(
                condition=Q(
                    member__isnull=False, currency__isnull=False, voucher_id__isnull=True, money=""
                )
                | Q(member__isnull=True, currency__isnull=True, voucher_id__isnull=False)
                & ~Q(money=""),
                name="account_has_one_owner",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{part}__gte": 0, f"{part}__lte": POINTS_PER_PART_MAX}),
                    name=f"account_{part}_in_range",
                )
                for part in PARTS
            ),
            models.CheckConstraint(
                condition=Q(negative=0) | Q(available=0), name="account_pays_debts_first"
            ),
            models.CheckConstraint(
                condition=Q(last_number__gte=0), name="account_numbers_count_up"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id

    @property
    def balance(self) -> int:
        """Everything on the account, less what is owed (L-1)."""
        return self.available + self.pending + self.held - self.negative


class Hold(Row):
    """Points set aside for a purchase, with an end. What it took from which lot stands in its draws."""

    prefix = "hld"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, db_index=False, related_name="holds"
    )
    points = models.BigIntegerField(_("points"))
    captured = models.BigIntegerField(_("captured"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=HoldState, default=HoldState.HELD)
    quote_id = models.UUIDField(null=True)
    # Which order took it: a keyed digest where the caller's own number could tell about a person (S-58).
    order_key = models.CharField(max_length=200, blank=True)
    held_at = models.DateTimeField(_("held"))
    expires_at = models.DateTimeField(_("ends"))
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0), name="hold_sets_points_aside"),
            models.CheckConstraint(
                condition=Q(state__in=HoldState.values), name="hold_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=HoldState.HELD, settled_at__isnull=True)
                | ~Q(state=HoldState.HELD) & Q(settled_at__isnull=False),
                name="hold_is_settled_once_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(state=HoldState.CAPTURED, captured__gt=0, captured__lte=F("points"))
                & ~Q(order_key="")
                | ~Q(state=HoldState.CAPTURED) & Q(captured=0, order_key=""),
                name="hold_is_captured_for_an_order",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("held_at")), name="hold_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(state=HoldState.HELD), name="hold_by_end"
            ),
            models.Index(fields=["account"], condition=Q(state=HoldState.HELD), name="hold_open"),
            # Every paid order asks whether points paid for it.
            models.Index(
                fields=["order_key"], condition=Q(state=HoldState.CAPTURED), name="hold_by_order"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id
