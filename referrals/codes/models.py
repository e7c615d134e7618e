"""Tables of codes: who brings, and what they hand on."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from referrals.codes.kinds import CODE_LENGTH_MAX, NAME_LENGTH_MAX, AdvocateKind, CodeKind
from referrals.plans.models import ReferralPlan


class Advocate(Row):
    """Somebody who brings friends: a member, or an affiliate, who has a name and no membership."""

    prefix = "adv"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    member = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH_MAX, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=AdvocateKind)
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)
    watched_at = models.DateTimeField(_("watched since"), null=True, blank=True)
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("advocate")
        verbose_name_plural = _("advocates")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "member"], name="member_is_an_advocate_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="affiliate", member__isnull=True)
                | Q(kind="member", member__isnull=False),
                name="affiliate_is_no_member",
            ),
        ]
        indexes = [
            models.Index(
                fields=["program"], condition=Q(watched_at__isnull=False), name="advocate_watched"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.shown_id


class ReferralCode(Row):
    """What an advocate hands on. It belongs to one advocate for ever, also when it is used no more (R-7)."""

    prefix = "rcd"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    plan = models.ForeignKey(ReferralPlan, on_delete=models.PROTECT, related_name="codes")
    advocate = models.ForeignKey(Advocate, on_delete=models.PROTECT, related_name="codes")
    text = models.CharField(_("code"), max_length=CODE_LENGTH_MAX)
    canonical = models.CharField(max_length=CODE_LENGTH_MAX)
    fold = models.CharField(max_length=CODE_LENGTH_MAX)
    kind = models.CharField(_("kind"), max_length=10, choices=CodeKind)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("referral code")
        verbose_name_plural = _("referral codes")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "canonical"], name="code_names_one_advocate"
            ),
            models.UniqueConstraint(fields=["program", "fold"], name="code_looks_like_no_other"),
        ]
        indexes = [models.Index(fields=["canonical"], name="code_by_text")]
        triggers = [
            # A chosen code of somebody who was erased may lose its letters, and nothing else.
            pgtrigger.Trigger(
                name="codes_are_never_given_away",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NOT (OLD.kind = 'vanity' AND NEW.text = '' AND ROW(NEW.id, NEW.program_id, NEW.plan_id, NEW.advocate_id,"
                    " NEW.kind, NEW.made_at) = ROW(OLD.id, OLD.program_id, OLD.plan_id, OLD.advocate_id, OLD.kind, OLD.made_at))"
                ),
                func="RAISE EXCEPTION 'codes_are_never_given_away' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'codes_are_never_given_away';",
            ),
            pgtrigger.Trigger(
                name="codes_are_never_removed",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Delete | pgtrigger.Truncate,
                func="RAISE EXCEPTION 'codes_are_never_removed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'codes_are_never_removed';",
            ),
        ]

    def __str__(self) -> str:
        return self.text
