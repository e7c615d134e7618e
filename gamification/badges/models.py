"""Tables of badges: awards, their story, and how rare each is."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gamification.badges.kinds import MOVES, AwardState, Origin
from gamification.criteria.models import Definition, DefinitionVersion
from loyalty.foundation.ids import Row

_ALLOWED = ", ".join(f"('{before}', '{after}')" for before, after in sorted(MOVES))


class Award(Row):
    """A tier of a badge that a member has, or had. Becoming true again brings the same row back (G-41)."""

    prefix = "awd"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    badge = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="awards")
    version = models.ForeignKey(
        DefinitionVersion, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    tier_rank = models.PositiveSmallIntegerField(_("tier"))
    tier = models.SlugField(_("tier"), max_length=50, db_index=False)
    member = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    occasion = models.CharField(_("occasion"), max_length=40, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=AwardState, default=AwardState.ACTIVE
    )
    origin = models.CharField(_("origin"), max_length=5, choices=Origin, default=Origin.RULE)
    earned_at = models.DateTimeField(_("earned"))
    awarded_at = models.DateTimeField(_("awarded"))
    evidence = models.JSONField(_("evidence"), default=dict)
    # The instant at which the state ends by itself: what is valid for a time, or suspended until.
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    suspended_until = models.DateTimeField(_("suspended until"), null=True, blank=True)
    edition_no = models.PositiveIntegerField(_("number"), null=True, blank=True)
    # Taken back by hand: a rule does not bring it back.
    is_barred = models.BooleanField(_("barred"), default=False)

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = [
            models.UniqueConstraint(
                fields=["badge", "tier_rank", "member", "occasion"], name="award_is_held_once"
            ),
            models.UniqueConstraint(
                fields=["badge", "tier_rank", "edition_no"], name="edition_number_is_given_once"
            ),
            models.CheckConstraint(
                condition=Q(state=AwardState.SUSPENDED) | Q(suspended_until__isnull=True),
                name="only_a_suspended_award_waits",
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "valid_until"],
                condition=Q(state=AwardState.ACTIVE, valid_until__isnull=False),
                name="award_ending",
            ),
            models.Index(
                fields=["program", "suspended_until"],
                condition=Q(suspended_until__isnull=False),
                name="award_waiting",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="award_is_never_deleted",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="RAISE EXCEPTION 'award_is_never_deleted' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'award_is_never_deleted';",
            ),
            pgtrigger.Trigger(
                name="awards_move_as_allowed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state <> NEW.state"),
                func=f"""
                    IF (OLD.state, NEW.state) NOT IN ({_ALLOWED}) THEN
                        RAISE EXCEPTION 'awards_move_as_allowed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'awards_move_as_allowed';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.shown_id}"


class AwardChange(Row):
    """One change of an award: from, to, why, by whom. Rows are only added (G-41)."""

    prefix = "awc"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="changes")
    from_state = models.CharField(_("from"), max_length=9, blank=True)
    to_state = models.CharField(_("to"), max_length=9, choices=AwardState)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.CharField(_("by"), max_length=120)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("award change")
        verbose_name_plural = _("award changes")
        triggers = [
            pgtrigger.Trigger(
                name="award_change_is_never_changed",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
                func="RAISE EXCEPTION 'award_change_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'award_change_is_never_changed';",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class BadgeRarity(models.Model):
    """How many hold a tier, and of how many active members that is the share; counted each night (G-45)."""

    pk = models.CompositePrimaryKey("badge_id", "tier_rank")
    badge = models.ForeignKey(
        Definition, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    tier_rank = models.PositiveSmallIntegerField(_("tier"))
    holders = models.PositiveIntegerField(_("holders"))
    active = models.PositiveIntegerField(_("active members"))
    at = models.DateTimeField(_("counted"))

    class Meta:
        verbose_name = _("badge rarity")
        verbose_name_plural = _("badge rarities")

    def __str__(self) -> str:
        return f"{self.holders}/{self.active}"
