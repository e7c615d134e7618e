"""Tables of the guard: checks, reviews, appeals, and identity marks."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from referrals.attribution.kinds import REASON_LENGTH_MAX
from referrals.attribution.models import Referral
from referrals.guard.kinds import (
    APPEAL_LENGTH_MAX,
    AppealState,
    CheckResult,
    Decision,
    MarkKind,
    Signal,
    Stage,
)


class ReferralCheck(Row):
    """One signal looked at: passed, flagged, blocked or skipped, its number or class, nothing readable (R-38, R-50)."""

    prefix = "rck"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="checks")
    stage = models.CharField(_("stage"), max_length=13, choices=Stage)
    signal = models.CharField(_("signal"), max_length=30, choices=Signal)
    result = models.CharField(_("result"), max_length=7, choices=CheckResult)
    weight = models.PositiveSmallIntegerField(_("weight"), default=0)
    value = models.IntegerField(_("number"), default=0)
    why = models.CharField(_("why"), max_length=20, blank=True)
    rules_version = models.PositiveSmallIntegerField(_("rules version"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("referral check")
        verbose_name_plural = _("referral checks")
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "stage", "signal"], name="signal_is_checked_once_a_stage"
            )
        ]
        indexes = [models.Index(fields=["at"], name="check_by_time")]

    def __str__(self) -> str:
        return f"{self.signal} {self.result}"


class ReferralReview(Row):
    """A doubtful referral in front of people; it is never decided by time (R-43)."""

    prefix = "rrv"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="reviews")
    reasons = models.JSONField(_("reasons"), default=list)
    opened_at = models.DateTimeField(_("opened"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH_MAX, blank=True)

    class Meta:
        verbose_name = _("referral review")
        verbose_name_plural = _("referral reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(decided_at__isnull=True),
                name="referral_has_one_open_review",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decision="", reason="", decided_by="")
                | Q(decided_at__isnull=False) & ~Q(decision="") & ~Q(reason=""),
                name="review_is_decided_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id


class ReferralAppeal(Row):
    """A rejected side's own words, once; decided by somebody else than who rejected (R-44)."""

    prefix = "rap"

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="appeal")
    words = models.CharField(_("words"), max_length=APPEAL_LENGTH_MAX, blank=True)
    rejected_by = models.CharField(_("rejected by"), max_length=120)
    opened_at = models.DateTimeField(_("opened"))
    state = models.CharField(
        _("state"), max_length=10, choices=AppealState, default=AppealState.OPEN
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH_MAX, blank=True)

    class Meta:
        verbose_name = _("referral appeal")
        verbose_name_plural = _("referral appeals")
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("rejected_by")), name="appeal_is_decided_by_another"
            )
        ]

    def __str__(self) -> str:
        return self.shown_id


class IdentityMark(Row):
    """A keyed hash of a mailbox, phone or payment means; without a member it is a tombstone (R-48)."""

    prefix = "imk"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    kind = models.CharField(_("kind"), max_length=7, choices=MarkKind)
    key_id = models.CharField(_("key"), max_length=8)
    digest = models.BinaryField(max_length=16)
    member = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("identity mark")
        verbose_name_plural = _("identity marks")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "kind", "digest", "member"],
                nulls_distinct=False,
                name="identity_is_marked_once",
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=False) | Q(expires_at__isnull=False),
                name="tombstone_has_an_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(expires_at__isnull=False),
                name="identity_mark_ends",
            )
        ]

    def __str__(self) -> str:
        return self.shown_id
