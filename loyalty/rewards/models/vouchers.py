"""Vouchers, what they were used for, and what slows guessing down."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from loyalty.ledger.kinds import POINTS_PER_MOVEMENT_MAX
from loyalty.rewards.kinds import Origin, RewardKind
from loyalty.rewards.voucher_kinds import MOVES, VoucherState

DIGEST_LENGTH = 32
KEY_LENGTH = 32  # hexadecimal digits of a short keyed digest

# Statement after statement in PL/pgSQL: the moves of W-30, as `MOVES` says them.
_MOVES = " OR ".join(
    f"(OLD.state = '{before.value}' AND NEW.state IN ({', '.join(repr(each.value) for each in sorted(after))}))"
    for before, after in MOVES.items()
    if after
)


class Voucher(Row):
    """A right with an end, shown by a code, used once; a gift card is one whose value lies in the ledger.

    The code itself is absent: `digest` finds it, `sealed` shows it to its owner until 90 days after the end (W-34).
    The terms are those of the revision; a gift card that was sold has none. Keys and order numbers of callers may
    tell about a person: only keyed digests of them are kept.
    """

    prefix = "vch"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    redemption = models.ForeignKey(
        "loyalty.Redemption", on_delete=models.PROTECT, null=True, related_name="vouchers"
    )
    revision = models.ForeignKey(
        "loyalty.RewardRevision",
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    batch = models.ForeignKey(
        "loyalty.VoucherBatch", on_delete=models.PROTECT, null=True, related_name="vouchers"
    )
    number = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(_("kind"), max_length=16, choices=RewardKind)
    state = models.CharField(
        _("state"), max_length=9, choices=VoucherState, default=VoucherState.ISSUED
    )
    digest = models.BinaryField(max_length=DIGEST_LENGTH)
    pepper = models.IntegerField()
    last_four = models.CharField(_("last four"), max_length=4)
    sealed = models.BinaryField(null=True)
    is_foreign = models.BooleanField(default=False)
    member = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, null=True, related_name="vouchers"
    )
    # Memberships that were merged into this member, the last one last: an undone merge gives it back.
    merged_from = ArrayField(models.UUIDField(), null=True)
    is_bound = models.BooleanField(_("bound"), default=False)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin)
    origin_event_id = models.UUIDField(null=True)
    issued_at = models.DateTimeField(_("issued"))
    starts_at = models.DateTimeField(_("good from"), null=True)
    ends_at = models.DateTimeField(_("ends"), null=True)
    warned_at = models.DateTimeField(null=True)
    reserved_key = models.CharField(max_length=KEY_LENGTH, blank=True)
    reserved_until = models.DateTimeField(_("reserved until"), null=True)
    discount = models.JSONField(null=True)  # what the basket it is reserved for was told
    order_key = models.CharField(max_length=KEY_LENGTH, blank=True)
    redeemed_at = models.DateTimeField(_("used"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "digest"], name="voucher_code_is_given_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=VoucherState.values), name="voucher_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=VoucherState.RESERVED, reserved_until__isnull=False)
                & ~Q(reserved_key="")
                | ~Q(state=VoucherState.RESERVED) & Q(reserved_until__isnull=True, reserved_key=""),
                name="voucher_is_reserved_with_key_and_end",
            ),
            models.CheckConstraint(
                condition=Q(state=VoucherState.REDEEMED, redeemed_at__isnull=False)
                & ~Q(order_key="")
                | ~Q(state=VoucherState.REDEEMED) & Q(redeemed_at__isnull=True, order_key=""),
                name="voucher_is_redeemed_for_an_order",
            ),
            models.CheckConstraint(
                condition=Q(state=VoucherState.CANCELLED, cancelled_at__isnull=False)
                | ~Q(state=VoucherState.CANCELLED) & Q(cancelled_at__isnull=True),
                name="voucher_is_cancelled_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(is_bound=False) | Q(member__isnull=False),
                name="voucher_bound_has_a_member",
            ),
            models.CheckConstraint(
                condition=~Q(kind=RewardKind.GIFT_CARD)
                | Q(
                    state__in=[
                        VoucherState.ISSUED,
                        VoucherState.CANCELLED,
                        VoucherState.EXPIRED,
                    ]
                ),
                name="gift_card_is_drawn_not_redeemed",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                name="voucher_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"],
                condition=Q(state=VoucherState.ISSUED, ends_at__isnull=False),
                name="voucher_by_end",
            ),
            models.Index(
                fields=["reserved_until"],
                condition=Q(state=VoucherState.RESERVED),
                name="voucher_by_reservation",
            ),
            models.Index(
                fields=["program", "reserved_key"],
                condition=Q(state=VoucherState.RESERVED),
                name="voucher_by_basket",
            ),
            models.Index(
                fields=["ends_at", "id"],
                condition=Q(sealed__isnull=False),
                name="voucher_to_forget",
            ),
            models.Index(
                fields=["program", "origin_event_id"],
                condition=Q(origin_event_id__isnull=False),
                name="voucher_by_event",
            ),
            models.Index(fields=["program", "id"], name="voucher_of_program"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="voucher_moves_as_told",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
                func=f"""
                    IF NOT ({_MOVES}) THEN
                        RAISE EXCEPTION 'voucher_moves_as_told' USING
                            ERRCODE = 'check_violation', CONSTRAINT = 'voucher_moves_as_told';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.last_four}"


class VoucherUse(Row):
    """A voucher was used for an order, or a gift card drawn from for one; once per order, for ever (W-37).

    `discount` is what was told then; `amount` what was drawn in money; `given_back` what returns brought back.
    """

    prefix = "vus"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    voucher = models.ForeignKey(
        Voucher, on_delete=models.PROTECT, db_index=False, related_name="uses"
    )
    order_key = models.CharField(max_length=KEY_LENGTH)
    used_at = models.DateTimeField(_("used"))
    discount = models.JSONField(null=True)
    entry_id = models.UUIDField(null=True)
    amount = models.BigIntegerField(_("drawn"), null=True)
    given_back = models.BigIntegerField(_("given back"), default=0)
    reinstated_at = models.DateTimeField(_("reinstated"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("use of a voucher")
        verbose_name_plural = _("uses of vouchers")
        constraints = [
            models.UniqueConstraint(
                fields=["voucher", "order_key"], name="voucher_serves_an_order_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True, entry_id__isnull=True, given_back=0)
                | Q(
                    amount__gt=0,
                    amount__lte=POINTS_PER_MOVEMENT_MAX,
                    entry_id__isnull=False,
                    given_back__gte=0,
                    given_back__lte=F("amount"),
                ),
                name="use_gives_back_what_was_drawn",
            ),
            models.CheckConstraint(condition=~Q(order_key=""), name="use_names_an_order"),
        ]
        indexes = [models.Index(fields=["program", "order_key"], name="use_by_order")]

    def __str__(self) -> str:
        return self.shown_id
