"""Grants and moves: what was given, and every tier that was ever in force. Rows are kept for ever."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from loyalty.members.models import Member
from loyalty.programs.models import Program
from loyalty.tiers.kinds import Cause, GiftKind, GrantSource
from loyalty.tiers.models.ladders import SLUG_LENGTH_MAX, LadderRevision


def _kept(name: str) -> pgtrigger.Trigger:
    """Rows stay: DELETE and TRUNCATE are refused to every role."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Delete | pgtrigger.Truncate,
        func=f"RAISE EXCEPTION '{name}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';",
    )


class TierGrant(Row):
    """A tier given with an end and a reason. Never changed and never deleted: it can only be ended, once."""

    prefix = "tgr"

    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="tier_grants")
    slug = models.SlugField(_("tier"), max_length=SLUG_LENGTH_MAX, db_index=False)
    begins_at = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=7, choices=GrantSource)
    reason = models.CharField(_("reason"), max_length=100)
    note = models.CharField(_("note"), max_length=500, blank=True)
    # Null where the caller has none: a reference names one grant for ever (T-22).
    reference = models.CharField(  # noqa: DJ001 (a unique key needs "no value")
        _("reference"), max_length=200, null=True, blank=True
    )
    actor_kind = models.CharField(_("actor"), max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=100, blank=True)
    given_at = models.DateTimeField(_("given"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_reason = models.CharField(_("ended because"), max_length=100, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=120, blank=True)
    # The grant of a merged membership that goes on as this one.
    origin = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="continued"
    )

    class Meta:
        verbose_name = _("tier grant")
        verbose_name_plural = _("tier grants")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("begins_at")),
                name="grant_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="grant_has_a_reason"),
            models.CheckConstraint(
                condition=Q(source__in=GrantSource.values), name="grant_source_is_known"
            ),
            models.UniqueConstraint(
                fields=["program", "source", "reference"], name="grant_reference_gives_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["member"], condition=Q(ended_at__isnull=True), name="grants_not_ended"
            )
        ]
        triggers = [
            _kept("grants_are_kept"),
            pgtrigger.Trigger(
                name="grants_only_end",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                # Erasing a person empties the note, and nothing else (S-58).
                func="""
                    IF NEW.note = '' AND (to_jsonb(NEW) - 'note') = (to_jsonb(OLD) - 'note') THEN
                        RETURN NEW;
                    END IF;
                    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
                       OR (to_jsonb(NEW) - '{ended_at,ended_reason,ended_by}'::text[])
                          <> (to_jsonb(OLD) - '{ended_at,ended_reason,ended_by}'::text[]) THEN
                        RAISE EXCEPTION 'grants_only_end' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'grants_only_end';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class TierMove(Row):
    """One move of a member's tier, for ever: what was in force from when to when, why, and what was counted.

    `effective_from` is when the tier came into force, `at` when we were told (docs/decisions/0061). A move of the
    standing under a grant leaves `from_slug` and `to_slug` alike.
    """

    prefix = "tmv"

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, db_index=False, related_name="tier_moves"
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
    )
    number = models.PositiveIntegerField(_("number"))
    cause = models.CharField(_("cause"), max_length=14, choices=Cause)
    from_slug = models.SlugField(_("from"), max_length=SLUG_LENGTH_MAX, db_index=False)
    to_slug = models.SlugField(_("to"), max_length=SLUG_LENGTH_MAX, db_index=False)
    standing_from = models.SlugField(max_length=SLUG_LENGTH_MAX, db_index=False)
    standing_to = models.SlugField(max_length=SLUG_LENGTH_MAX, db_index=False)
    day = models.DateField(_("day"))
    counted = models.BigIntegerField(_("counted"), null=True)
    threshold = models.BigIntegerField(_("threshold"), null=True)
    source_id = models.UUIDField(_("source"), null=True)
    effective_from = models.DateTimeField(_("in force from"))
    effective_to = models.DateTimeField(_("in force to"), null=True)
    at = models.DateTimeField(_("told at"))

    class Meta:
        verbose_name = _("tier move")
        verbose_name_plural = _("tier moves")
        ordering = ["member", "number"]
        constraints = [
            models.UniqueConstraint(fields=["member", "number"], name="tier_moves_count_up"),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(effective_to__isnull=True),
                name="member_has_one_tier_in_force",
            ),
            models.UniqueConstraint(
                fields=["member", "cause", "day"],
                condition=Q(cause="review"),
                name="tier_review_moves_once",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="tier_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(cause__in=Cause.values), name="tier_move_cause_is_known"
            ),
        ]
        triggers = [
            _kept("tier_moves_are_kept"),
            pgtrigger.Trigger(
                name="tier_moves_only_close",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF OLD.effective_to IS NOT NULL OR NEW.effective_to IS NULL
                       OR (to_jsonb(NEW) - 'effective_to') <> (to_jsonb(OLD) - 'effective_to') THEN
                        RAISE EXCEPTION 'tier_moves_only_close' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tier_moves_only_close';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_slug} → {self.to_slug}"


class TierGift(Row):
    """A gift that a tier brought: on entry once per tier and 12 months, on a birthday once a year."""

    prefix = "tgf"

    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="tier_gifts", db_index=False
    )
    slug = models.SlugField(_("tier"), max_length=SLUG_LENGTH_MAX, db_index=False)
    gift = models.CharField(_("gift"), max_length=8, choices=GiftKind)
    year = models.PositiveSmallIntegerField(_("year"))
    points = models.BigIntegerField(_("points"))
    currency_id = models.UUIDField()
    given_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("tier gift")
        verbose_name_plural = _("tier gifts")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "slug", "gift", "year"], name="tier_gift_is_given_once_a_year"
            ),
            models.CheckConstraint(condition=Q(points__gt=0), name="tier_gift_gives_points"),
        ]

    def __str__(self) -> str:
        return f"{self.gift} {self.slug} {self.year}"
