"""What else the ledger remembers: open debts, claims and how they were covered, merges, seals."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from loyalty.ledger.models.accounts import Account
from loyalty.ledger.models.movements import Entry, append_only


class Debt(models.Model):
    """What an entry left owing and how much of it later credits have filled. The open rest adds up to `negative`."""

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, primary_key=True, related_name="debt"
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, db_index=False, related_name="debts"
    )
    points = models.BigIntegerField(_("owed"))
    filled = models.BigIntegerField(_("filled"), default=0)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("debt")
        verbose_name_plural = _("debts")
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gt=0, filled__gte=0, filled__lte=F("points")),
                name="debt_is_filled_up_to_what_is_owed",
            )
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(filled__lt=F("points")), name="debt_open")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Claim(Row):
    """What a return asked back from one credit, and what covered it (L-40). Rows are only added.

    `expired` is covered by points of the lot that had expired unspent: nothing moves for them, so a claim may have
    no entry at all.
    """

    prefix = "clm"

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, db_index=False, related_name="claims"
    )
    earning = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="claims")
    source_key = models.CharField(max_length=160)
    asked = models.BigIntegerField(_("asked"))
    pending = models.BigIntegerField(_("of it pending"), default=0)
    own = models.BigIntegerField(_("of it left of the lot"), default=0)
    expired = models.BigIntegerField(_("of it expired"), default=0)
    other = models.BigIntegerField(_("of it other points"), default=0)
    owing = models.BigIntegerField(_("left owing"), default=0)
    waived = models.BigIntegerField(_("forgiven"), default=0)
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    group_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "loyalty"
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.UniqueConstraint(fields=["earning", "source_key"], name="claim_counts_once"),
            models.CheckConstraint(
                condition=Q(
                    asked=F("pending")
                    + F("own")
                    + F("expired")
                    + F("other")
                    + F("owing")
                    + F("waived"),
                    asked__gt=0,
                    pending__gte=0,
                    own__gte=0,
                    expired__gte=0,
                    other__gte=0,
                    owing__gte=0,
                    waived__gte=0,
                ),
                name="claim_parts_make_the_whole",
            ),
        ]
        triggers = [append_only("claim_is_never_changed")]

    def __str__(self) -> str:
        return self.shown_id


class Merge(Row):
    """One membership went into another; undone within 30 days while what was moved is still there (L-52)."""

    prefix = "mrg"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    source = models.ForeignKey("loyalty.Member", on_delete=models.PROTECT, related_name="+")
    # What the source was before, such as suspended: undoing makes it that again.
    source_status = models.CharField(max_length=10, default="active")
    target = models.ForeignKey("loyalty.Member", on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(_("merged"))
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(undone_at__isnull=True),
                name="merge_is_open_once_per_member",
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="merge_joins_two_members"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id


class Seal(Row):
    """The digest of one programme's entries of one local day, chained to the seal before (L-72, V-37)."""

    prefix = "sea"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    day = models.DateField(_("day"))
    rows = models.BigIntegerField(_("rows"))
    digest = models.CharField(_("digest"), max_length=64)
    previous = models.CharField(max_length=64, blank=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints = [
            models.UniqueConstraint(fields=["program", "day"], name="seal_is_one_per_day")
        ]
        triggers = [append_only("seal_is_never_changed")]

    def __str__(self) -> str:
        return f"{self.day}: {self.digest[:12]}"
