"""Codes in numbers: pools of foreign codes, and batches of our own."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from loyalty.rewards.models.vouchers import DIGEST_LENGTH
from loyalty.rewards.voucher_kinds import CODES_PER_BATCH_MAX, BatchState


class PoolCode(Row):
    """A foreign code waiting in a reward's pool; it goes to one voucher, ever (W-46).

    Kept as vouchers keep theirs: digest, last four, sealed copy. Once handed out the sealed copy is the voucher's.
    """

    prefix = "pco"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    reward = models.ForeignKey(
        "loyalty.Reward", on_delete=models.PROTECT, db_index=False, related_name="pool_codes"
    )
    digest = models.BinaryField(max_length=DIGEST_LENGTH)
    pepper = models.IntegerField()
    last_four = models.CharField(_("last four"), max_length=4)
    sealed = models.BinaryField(null=True)
    value = models.BigIntegerField(_("value"), null=True)
    ends_at = models.DateTimeField(_("ends"), null=True)
    added_at = models.DateTimeField(_("added"))
    taken_at = models.DateTimeField(_("handed out"), null=True)
    voucher_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(_("ended unused"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("code of a pool")
        verbose_name_plural = _("codes of pools")
        constraints = [
            models.UniqueConstraint(fields=["program", "digest"], name="pool_code_is_known_once"),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, voucher_id__isnull=True)
                | Q(taken_at__isnull=False, voucher_id__isnull=False, ended_at__isnull=True),
                name="pool_code_is_taken_by_a_voucher",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gt=0), name="pool_code_value_is_positive"
            ),
        ]
        indexes = [
            models.Index(
                fields=["reward", "id"],
                condition=Q(taken_at__isnull=True, ended_at__isnull=True),
                name="pool_code_free",
            ),
            models.Index(
                fields=["ends_at"],
                condition=Q(taken_at__isnull=True, ended_at__isnull=True, ends_at__isnull=False),
                name="pool_code_to_end",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="pool_code_goes_out_once",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.voucher_id IS NOT NULL AND OLD.voucher_id IS DISTINCT FROM NEW.voucher_id"
                ),
                func="""
                    RAISE EXCEPTION 'pool_code_goes_out_once' USING
                        ERRCODE = 'check_violation', CONSTRAINT = 'pool_code_goes_out_once';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.last_four}"


class VoucherBatch(Row):
    """Many vouchers made at once, for print or a partner; `made` is the cursor of the job (W-45).

    Whoever asked for it may fetch the codes once, within seven days; after that no sealed copy is left.
    """

    prefix = "bat"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    revision = models.ForeignKey(
        "loyalty.RewardRevision", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    wanted = models.PositiveIntegerField(_("codes"))
    made = models.PositiveIntegerField(_("made"), default=0)
    state = models.CharField(
        _("state"), max_length=8, choices=BatchState, default=BatchState.MAKING
    )
    starts_at = models.DateTimeField(_("good from"), null=True)
    ends_at = models.DateTimeField(_("ends"), null=True)
    maker_kind = models.CharField(max_length=8)
    maker_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField(_("asked for"))
    made_at = models.DateTimeField(_("finished"), null=True)
    fetched_at = models.DateTimeField(_("fetched"), null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("batch of vouchers")
        verbose_name_plural = _("batches of vouchers")
        constraints = [
            models.CheckConstraint(
                condition=Q(wanted__gte=1, wanted__lte=CODES_PER_BATCH_MAX),
                name="batch_has_a_size",
            ),
            models.CheckConstraint(
                condition=Q(state=BatchState.MADE, made=F("wanted"), made_at__isnull=False)
                | Q(state=BatchState.MAKING, made__lte=F("wanted"), made_at__isnull=True),
                name="batch_is_made_when_it_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(fetched_at__isnull=True) | Q(state=BatchState.MADE),
                name="batch_is_fetched_once_made",
            ),
        ]
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=Q(made_at__isnull=False, forgotten_at__isnull=True),
                name="batch_to_forget",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.shown_id
