"""Tables of attribution: signs that somebody came through a code, and the referrals that came of them."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id, Row
from referrals.attribution.kinds import (
    FOLLOWED,
    MOVES,
    OPEN,
    REASON_LENGTH_MAX,
    ReferralState,
    TouchKind,
)
from referrals.codes.models import Advocate, ReferralCode
from referrals.plans.models import PlanVersion, ReferralPlan

_ALLOWED = ", ".join(sorted(f"('{before}', '{after}')" for before, after in MOVES))


def _refusing(name: str) -> str:
    return f"RAISE EXCEPTION '{name}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';"


class Touch(Row):
    """One sign that a friend came through a code. Nothing in it can be read: digests, a site's name, a path (R-14)."""

    prefix = "tch"

    code = models.ForeignKey(ReferralCode, on_delete=models.PROTECT, related_name="touches")
    kind = models.CharField(_("kind"), max_length=6, choices=TouchKind)
    visitor = models.BinaryField(max_length=16, null=True)
    friend = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    occurred_at = models.DateTimeField(_("occurred"))
    day = models.DateField(_("day"))
    network = models.BinaryField(max_length=16, null=True)
    network_prefix = models.BinaryField(max_length=16, null=True)
    agent = models.BinaryField(max_length=16, null=True)
    source_site = models.CharField(_("from the site"), max_length=100, blank=True)
    landing = models.CharField(_("led to"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("touch")
        verbose_name_plural = _("touches")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "kind", "visitor", "day"], name="touch_counts_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["code", "kind", "friend"],
                condition=Q(kind__in=("typed", "claim", "staff")),
                name="touch_of_a_friend_counts_once",
            ),
            models.CheckConstraint(
                condition=Q(visitor__isnull=False) | Q(friend__isnull=False),
                name="touch_is_somebodys",
            ),
        ]
        indexes = [
            models.Index(fields=["visitor"], name="touch_by_visitor"),
            models.Index(fields=["network_prefix", "occurred_at"], name="touch_by_prefix"),
            models.Index(fields=["occurred_at"], name="touch_by_time"),
        ]

    def __str__(self) -> str:
        return self.shown_id


class Referral(Row):
    """Advocate and friend, bound together when the friend joined. `version` is what was promised then (R-1)."""

    prefix = "ref"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    plan = models.ForeignKey(ReferralPlan, on_delete=models.PROTECT, related_name="referrals")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    advocate = models.ForeignKey(Advocate, on_delete=models.PROTECT, related_name="referrals")
    advocate_member_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    friend = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    touch = models.ForeignKey(
        Touch, on_delete=models.SET_NULL, null=True, related_name="referral_touched"
    )
    # How the winning touch came, for as long as the touch itself is kept and after.
    via = models.CharField(_("came by"), max_length=6, choices=TouchKind)
    # Every touch that was looked at when the friend joined: ids, kinds, times, and why it won or not.
    considered = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=ReferralState)
    why = models.CharField(_("why"), max_length=60, blank=True)
    joined_at = models.DateTimeField(_("joined"))
    qualify_until = models.DateTimeField(_("can qualify until"))
    # The order that qualified it: a plain id of the ground floor.
    order_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    ordered_at = models.DateTimeField(_("ordered"), null=True, blank=True)
    qualified_at = models.DateTimeField(_("qualified"), null=True, blank=True)
    release_at = models.DateTimeField(_("released at"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    household = models.BinaryField(max_length=16, null=True)
    as_household = models.BooleanField(_("admitted as a household"), default=False)
    is_cleared = models.BooleanField(_("cleared by staff"), default=False)
    number = models.PositiveIntegerField(_("number"))
    moves = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "friend"],
                condition=~Q(state="rejected"),
                name="friend_is_brought_once",
            ),
            models.CheckConstraint(
                condition=~Q(advocate_member_id=F("friend_id"))
                | Q(advocate_member_id__isnull=True)
                | Q(state__in=("rejected", "reversed")),
                name="nobody_brings_themselves",
            ),
            models.UniqueConstraint(
                fields=["plan", "household"],
                condition=Q(state__in=("pending", "approved"), as_household=True),
                name="household_passes_once",
            ),
            models.UniqueConstraint(
                fields=["advocate", "number"], name="friends_of_an_advocate_count_up"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReferralState.values), name="referral_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["friend"], condition=Q(state__in=FOLLOWED), name="referral_followed"
            ),
            models.Index(
                fields=["program", "release_at"],
                condition=Q(state="pending"),
                name="referral_to_release",
            ),
            models.Index(
                fields=["program", "qualify_until"],
                condition=Q(state="joined"),
                name="referral_to_expire",
            ),
            models.Index(fields=["advocate", "joined_at"], name="referral_by_advocate"),
            models.Index(
                fields=["program", "state"], condition=Q(state__in=OPEN), name="referral_open"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="referrals_move_as_allowed",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.state <> NEW.state"),
                func=f"""
                    IF (OLD.state, NEW.state) NOT IN ({_ALLOWED}) THEN
                        {_refusing("referrals_move_as_allowed")}
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="referrals_begin_as_allowed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state NOT IN ('joined', 'rejected')"),
                func=_refusing("referrals_begin_as_allowed"),
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id


class ReferralMove(models.Model):
    """One move of a referral: from where to where, why, by whom, when. Rows are only ever added (R-22)."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="story")
    number = models.PositiveIntegerField(_("number"))
    from_state = models.CharField(_("from"), max_length=10, choices=ReferralState, blank=True)
    to_state = models.CharField(_("to"), max_length=10, choices=ReferralState)
    why = models.CharField(_("why"), max_length=60)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH_MAX, blank=True)
    actor = models.CharField(_("who"), max_length=120)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("referral move")
        verbose_name_plural = _("referral moves")
        ordering = ["referral", "number"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="referral_moves_count_up"),
        ]
        triggers = [
            # The reason is somebody's own words: it may be emptied when a person is erased.
            pgtrigger.Trigger(
                name="referral_moves_are_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NOT (NEW.reason = '' AND ROW(NEW.id, NEW.referral_id, NEW.number, NEW.from_state, NEW.to_state, NEW.why,"
                    " NEW.actor, NEW.at) = ROW(OLD.id, OLD.referral_id, OLD.number, OLD.from_state, OLD.to_state, OLD.why,"
                    " OLD.actor, OLD.at))"
                ),
                func=_refusing("referral_moves_are_kept"),
            ),
            pgtrigger.Trigger(
                name="referral_moves_are_not_removed",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Delete | pgtrigger.Truncate,
                func=_refusing("referral_moves_are_not_removed"),
            ),
            pgtrigger.Trigger(
                name="referral_moves_are_allowed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    f"((NEW.from_state, NEW.to_state) NOT IN ({_ALLOWED}))"
                ),
                func=_refusing("referral_moves_are_allowed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
