"""Tables of criteria: measures and tallies, definitions and their versions, and what members switched off."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gamification.criteria.kinds import DefinitionState, GrantExisting
from loyalty.foundation.ids import Row
from loyalty.programs.texts import in_words


class Measure(Row):
    """A number about members that something live looks at; equal specs share one (G-18)."""

    prefix = "msr"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    digest = models.CharField(_("digest"), max_length=32)
    spec = models.JSONField(_("spec"))
    zone = models.CharField(_("zone"), max_length=64)
    is_additive = models.BooleanField(_("additive"))
    wakes = ArrayField(models.CharField(max_length=60), verbose_name=_("woken by"))

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "digest"], name="equal_specs_share_a_measure"
            ),
        ]

    def __str__(self) -> str:
        return self.digest


class Tally(models.Model):
    """The present value of an additive measure for a member in a period. A missing row is unknown, not zero (G-17)."""

    pk = models.CompositePrimaryKey("measure_id", "member_id", "period_key")
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    member = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    period_key = models.CharField(_("period"), max_length=12, default="")
    value = models.BigIntegerField(_("value"))
    last_at = models.DateTimeField(_("latest"), null=True)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="tally_is_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.period_key}: {self.value}"


class PlayVersion(models.Model):
    """Moves whenever what is live in a programme changes; maps in memory are thrown away by it (G-19)."""

    program = models.OneToOneField(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        primary_key=True,
        related_name="+",
    )
    number = models.BigIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("play version")
        verbose_name_plural = _("play versions")

    def __str__(self) -> str:
        return str(self.number)


class Definition(Row):
    """A badge, challenge, streak, card, curve or board of a programme. What it says stands in its versions (G-22)."""

    prefix = "dfn"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    game = models.CharField(_("game"), max_length=20)
    slug = models.SlugField(_("short name"), max_length=50, db_index=False)
    name = models.JSONField(_("name"), default=dict)
    state = models.CharField(
        _("state"), max_length=7, choices=DefinitionState, default=DefinitionState.DRAFT
    )
    live_number = models.PositiveIntegerField(_("live version"), null=True, blank=True)
    created_at = models.DateTimeField(_("made"))
    # From when on its latest pause is to be caught up; kept after it, while that may still be going on (G-28).
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)

    class Meta:
        verbose_name = _("definition")
        verbose_name_plural = _("definitions")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "game", "slug"], name="definition_slug_is_its_own"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DefinitionState.values), name="definition_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("live", "paused")) | Q(live_number__isnull=False),
                name="live_definition_has_a_version",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="retired_definition_stays_retired",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.state = 'retired' AND NEW.state <> 'retired'"),
                func="RAISE EXCEPTION 'retired_definition_stays_retired' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'retired_definition_stays_retired';",
            ),
            pgtrigger.Trigger(
                name="live_slug_never_changes",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.live_number IS NOT NULL AND (OLD.slug <> NEW.slug OR OLD.game <> NEW.game)"
                ),
                func="RAISE EXCEPTION 'live_slug_never_changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'live_slug_never_changes';",
            ),
        ]

    def __str__(self) -> str:
        return in_words(self.name) or self.slug


class DefinitionVersion(Row):
    """One wording of a definition, frozen once published; what was decided keeps the version that decided it (G-22)."""

    prefix = "dfv"

    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    settings = models.JSONField(_("settings"))
    # Local days are those of the programme as it was at publishing (G-6).
    zone = models.CharField(_("zone"), max_length=64)
    grant_existing = models.CharField(
        _("what was reached before"),
        max_length=6,
        choices=GrantExisting,
        default=GrantExisting.SILENT,
    )
    report = models.JSONField(_("preview"), null=True, blank=True)
    drafted_at = models.DateTimeField(_("drafted"))
    previewed_at = models.DateTimeField(_("previewed"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    author = models.CharField(_("author"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("definition version")
        verbose_name_plural = _("definition versions")
        ordering = ["definition", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "number"], name="definition_versions_count_up"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_wording_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.published_at IS NOT NULL"),
                func="RAISE EXCEPTION 'published_wording_is_frozen' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'published_wording_is_frozen';",
            )
        ]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"


class PlaySetting(models.Model):
    """A game that a member has switched off; an empty game is all of them (G-29)."""

    pk = models.CompositePrimaryKey("member_id", "game")
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
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    game = models.CharField(_("game"), max_length=20, blank=True, default="")
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("play setting")
        verbose_name_plural = _("play settings")

    def __str__(self) -> str:
        return self.game or "*"
