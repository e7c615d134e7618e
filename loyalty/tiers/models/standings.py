"""Standings: what members were counted by day, and where that put them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.members.models import Member
from loyalty.programs.models import Program
from loyalty.tiers.kinds import How
from loyalty.tiers.models.ladders import SLUG_LENGTH_MAX, LadderRevision


class TierDay(models.Model):
    """What a member was counted on one local day: net points, spend, orders, whatever the ladder's metric (T-7).

    Kept by days and not as a balance, because days leave the window one by one. What nobody looks at day by day any
    more is one row a year, on its last day: `is_year`.
    """

    pk = models.CompositePrimaryKey("member_id", "day")
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="tier_days", db_index=False
    )
    day = models.DateField(_("day"))
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    points = models.BigIntegerField(_("points"), default=0, db_default=0)
    spend = models.BigIntegerField(_("spend"), default=0, db_default=0)
    orders = models.BigIntegerField(_("orders"), default=0, db_default=0)
    is_year = models.BooleanField(_("a whole year"), default=False, db_default=False)

    class Meta:
        verbose_name = _("tier day")
        verbose_name_plural = _("tier days")
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=0, spend__gte=0, orders__gte=0),
                name="tier_day_is_not_below_zero",
            )
        ]

    def __str__(self) -> str:
        return self.day.isoformat()


class Standing(models.Model):
    """Where a member stands: the tier earned with the days it hangs on, and the tier in force (the higher of it and
    the grants). Without a row a member has the lowest tier.

    `due_at`, `grant_at` and `notice_at` are when the next review, grant or notice has to be looked at. No balance anywhere: tiers
    follow what was counted, not what is left.
    """

    member = models.OneToOneField(
        Member, on_delete=models.PROTECT, primary_key=True, related_name="standing"
    )
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    revision = models.ForeignKey(
        LadderRevision,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("revision"),
    )
    slug = models.SlugField(_("tier earned"), max_length=SLUG_LENGTH_MAX, db_index=False)
    how = models.CharField(_("how"), max_length=8, choices=How)
    qualified_on = models.DateField(_("qualified on"), null=True, blank=True)
    counted_through = models.DateField(_("counted through"), null=True, blank=True)
    through = models.DateField(_("through"), null=True, blank=True)
    grace_through = models.DateField(_("grace through"), null=True, blank=True)
    before = models.JSONField(_("standing before"), null=True, blank=True)
    next_slug = models.SlugField(
        _("tier of the next cycle"), max_length=SLUG_LENGTH_MAX, blank=True, db_index=False
    )
    next_from = models.DateField(_("from"), null=True, blank=True)
    next_qualified_on = models.DateField(null=True, blank=True)
    in_force = models.SlugField(_("tier in force"), max_length=SLUG_LENGTH_MAX, db_index=False)
    since = models.DateTimeField(_("since"))
    moves = models.PositiveIntegerField(_("moves"), default=0)
    # When the last move came into force: the next one cannot come into force before it.
    moved_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("next review"), null=True, blank=True)
    grant_at = models.DateTimeField(_("next grant begins or ends"), null=True, blank=True)
    notice_at = models.DateTimeField(_("next notice"), null=True, blank=True)
    # The coming drops that were told already, as instants: once per drop (T-19).
    noticed_for = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = [
            models.CheckConstraint(
                condition=Q(counted_through__isnull=True)
                | Q(through__isnull=True)
                | Q(counted_through__lte=F("through")),
                name="standing_counts_within_its_time",
            ),
            models.CheckConstraint(
                condition=Q(grace_through__isnull=True) | Q(grace_through__gt=F("through")),
                name="grace_follows_the_standing",
            ),
            models.CheckConstraint(
                condition=Q(next_slug="", next_from__isnull=True, next_qualified_on__isnull=True)
                | ~Q(next_slug="") & Q(next_from__isnull=False, next_qualified_on__isnull=False),
                name="noted_tier_has_a_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "due_at"],
                condition=Q(due_at__isnull=False),
                name="standing_due",
            ),
            models.Index(
                fields=["program", "grant_at"],
                condition=Q(grant_at__isnull=False),
                name="standing_grant_due",
            ),
            models.Index(
                fields=["program", "notice_at"],
                condition=Q(notice_at__isnull=False),
                name="standing_notice_due",
            ),
            models.Index(fields=["program", "in_force"], name="standing_by_tier"),
        ]

    def __str__(self) -> str:
        return self.in_force
