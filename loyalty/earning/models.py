"""Tables of earning: rules with frozen revisions and periods, what they gave, why, and what budgets have left."""

from typing import Any, Final

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.earning.kinds import RuleState
from loyalty.foundation.ids import Id, Row
from loyalty.programs.texts import in_words

_SHARED: Final[dict[str, Any]] = {
    "on_delete": models.PROTECT,
    "db_constraint": False,
    "related_name": "+",
}


def never_changed(
    name: str,
    operation: pgtrigger.Operation = pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
) -> pgtrigger.Trigger:
    """Rows are only ever added; the trigger refuses the rest to every role."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=operation,
        func=f"RAISE EXCEPTION '{name}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';",
    )


class EarningRule(Row):
    """A way to earn points. What it says stands in its revisions; when it held, in their periods (E-21)."""

    prefix = "rul"

    program = models.ForeignKey("loyalty.Program", **_SHARED)
    slug = models.SlugField(_("slug"), max_length=50)
    name = models.JSONField(_("name"))  # that of the newest revision, so that lists need no join
    state = models.CharField(_("state"), max_length=6, choices=RuleState, default=RuleState.DRAFT)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("earning rule")
        verbose_name_plural = _("earning rules")
        constraints = [
            models.UniqueConstraint(fields=["program", "slug"], name="rule_slug_is_its_own"),
            models.CheckConstraint(
                condition=Q(state__in=RuleState.values), name="rule_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return in_words(self.name)


class RuleRevision(Row):
    """What a rule says, as numbered, immutable text: frozen when it first goes live (E-21).

    The definition is the JSON of the programme document, checked by `rules.reading`; single columns would only repeat it.
    """

    prefix = "rev"

    rule = models.ForeignKey(EarningRule, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    definition = models.JSONField(_("definition"))
    author = models.CharField(_("author"), max_length=120)
    created_at = models.DateTimeField(_("created"))
    frozen_at = models.DateTimeField(_("first live"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("revision of a rule")
        verbose_name_plural = _("revisions of rules")
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="revision_numbers_are_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_number_from_one"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_revision_never_changes",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
                func=(
                    "RAISE EXCEPTION 'frozen_revision_never_changes' USING ERRCODE = 'restrict_violation',"
                    " CONSTRAINT = 'frozen_revision_never_changes';"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.shown_id}, {self.number}"


class RulePeriod(Row):
    """When a revision was live: [starts_at, ends_at). Open while it is; a gap between two periods is a pause."""

    prefix = "per"

    rule = models.ForeignKey(EarningRule, on_delete=models.PROTECT, related_name="periods")
    revision = models.ForeignKey(RuleRevision, on_delete=models.PROTECT, related_name="periods")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("period of a rule")
        verbose_name_plural = _("periods of rules")
        constraints = [
            models.UniqueConstraint(
                fields=["rule"], condition=Q(ends_at__isnull=True), name="rule_has_one_open_period"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__lt=F("ends_at")),
                name="period_ends_after_its_start",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="ended_period_never_changes",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__ends_at__isnull=False),
                func=(
                    "RAISE EXCEPTION 'ended_period_never_changes' USING ERRCODE = 'restrict_violation',"
                    " CONSTRAINT = 'ended_period_never_changes';"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class Earning(Row):
    """What one revision gave for one event (E-34). Only `claimed` ever grows: what returns have asked back.

    No constraint ties it to the event, which stands in a room above, nor to rows that every earning shares.
    """

    prefix = "ern"

    program = models.ForeignKey("loyalty.Program", db_index=False, **_SHARED)
    event_id: models.UUIDField[Id, Id] = models.UUIDField(_("event"))
    member_id: models.UUIDField[Id, Id] = models.UUIDField(_("member"))
    rule = models.ForeignKey(EarningRule, db_index=False, **_SHARED)
    revision = models.ForeignKey(RuleRevision, db_index=False, **_SHARED)
    version = models.PositiveIntegerField(_("version"))
    currency = models.ForeignKey("loyalty.PointCurrency", db_index=False, **_SHARED)
    entry_id: models.UUIDField[Id, Id] = models.UUIDField(_("entry"))
    points = models.BigIntegerField(_("points"))
    claimed = models.BigIntegerField(_("claimed"), default=0)
    counts_for_tier = models.BooleanField(_("counts for the tier"), default=False)
    once_key = models.BinaryField(max_length=16, null=True)
    day = models.DateField(_("day"))  # local, of occurred_at
    occurred_at = models.DateTimeField(_("happened"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("earning")
        verbose_name_plural = _("earnings")
        constraints = [
            models.UniqueConstraint(fields=["event_id", "rule"], name="earning_is_one_per_rule"),
            models.UniqueConstraint(
                fields=["member_id", "rule", "once_key"],
                condition=Q(once_key__isnull=False, claimed__lt=F("points")),
                name="earning_once_per_key",
            ),
            models.CheckConstraint(condition=Q(points__gt=0), name="earning_has_points"),
            models.CheckConstraint(
                condition=Q(claimed__gte=0, claimed__lte=F("points")),
                name="earning_claimed_up_to_its_points",
            ),
        ]
        indexes = [models.Index(fields=["member_id", "day"], name="earning_of_a_member")]
        triggers = [
            pgtrigger.Trigger(
                name="earning_only_gains_claims",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF to_jsonb(OLD) - 'claimed' IS DISTINCT FROM to_jsonb(NEW) - 'claimed' THEN
                        RAISE EXCEPTION 'earning_only_gains_claims' USING
                            ERRCODE = 'restrict_violation', CONSTRAINT = 'earning_only_gains_claims';
                    END IF;
                    RETURN NEW;
                """,
            ),
            never_changed("earning_is_never_deleted", pgtrigger.Delete | pgtrigger.Truncate),
        ]

    def __str__(self) -> str:
        return self.shown_id


class Explanation(models.Model):
    """Why one event brought what it brought (E-50): codes and numbers, kept once, never changed.

    Sentences are absent: they are made when read, in the reader's language.
    """

    event_id = models.UUIDField(primary_key=True)
    program = models.ForeignKey("loyalty.Program", db_index=False, **_SHARED)
    body = models.JSONField(_("explanation"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("explanation")
        verbose_name_plural = _("explanations")
        triggers = [never_changed("explanation_is_never_changed")]

    def __str__(self) -> str:
        return str(self.pk)


class BudgetUse(Row):
    """How much of a budget one period has used (E-44). `rule` is null for the budget of the programme."""

    prefix = "bud"

    program = models.ForeignKey("loyalty.Program", **_SHARED)
    rule = models.ForeignKey(EarningRule, null=True, db_index=False, **_SHARED)
    starts_on = models.DateField(_("first day"))
    unit = models.CharField(_("period"), max_length=10)
    cap = models.BigIntegerField(_("cap"))
    used = models.BigIntegerField(_("used"), default=0)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("use of a budget")
        verbose_name_plural = _("uses of budgets")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "rule", "unit", "starts_on"],
                nulls_distinct=False,
                name="budget_counts_once_per_period",
            ),
            models.CheckConstraint(
                condition=Q(used__gte=0, used__lte=F("cap")), name="budget_used_up_to_its_cap"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}, {self.unit}"
