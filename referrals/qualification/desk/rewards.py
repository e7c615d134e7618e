"""Rewards in the admin: what both sides got, what was capped, and what affiliates are owed."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    HappenedFilter,
    OfProgram,
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.programs.clock import now_of
from referrals.qualification.telling.explaining import grant_in_words
from referrals.rewards.granting import grant_capped
from referrals.rewards.models import CapUse, PlanBudget, ReferralGrant
from referrals.rewards.paying_out import note_paid


class ReasonBar(ActionForm):
    """Why a capped reward is given all the same. Never required: the bar serves all actions."""

    reason = forms.CharField(label=_("Reason"), max_length=60, required=False)


@admin.register(ReferralGrant, site=staff_site)
class GrantAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[ReferralGrant]):
    """Both sides of every referral. Filter by payable to see what is to be paid out."""

    topic = "referrals"
    program_path = "referral__program"
    saves_by_rule = True
    empty_note = _("Rewards of both sides will stand here once a friend's order qualifies.")
    list_display = (
        "referral_link",
        "side",
        "what",
        "state",
        "why_told",
        "recovered",
        "decided_at",
        "paid_out_at",
    )
    list_display_links = None
    list_filter = ("kind", "state", "side", ("paid_out_at", HappenedFilter))
    list_select_related = (
        "referral__advocate__member",
        "referral__friend",
    )
    ordering = ("-id",)
    action_form = ReasonBar
    actions = ("mark_paid", "give_all_the_same")

    @admin.display(description=_("Referral"))
    def referral_link(self, grant: ReferralGrant) -> str:
        row = grant.referral
        address = reverse("admin:referrals_referral_change", args=[row.pk])
        return format_html(
            '<a href="{}"><bdi>{} → {}</bdi></a>',
            address,
            row.advocate.member or row.advocate,
            row.friend,
        )

    @admin.display(description=_("What"), ordering="amount")
    def what(self, grant: ReferralGrant) -> str:
        """Points, a reward, or money as people write it."""
        return grant_in_words(grant)[0]

    @admin.display(description=_("Why"))
    def why_told(self, grant: ReferralGrant) -> str:
        return grant_in_words(grant)[1]

    @admin.action(description=_("Mark as paid out"), permissions=["pay"])
    def mark_paid(self, request: HttpRequest, grants: QuerySet[ReferralGrant]) -> None:
        """The money has left the house."""
        program = program_of(request)
        done = note_paid(
            program=program,
            grant_ids=[grant.pk for grant in grants],
            actor=actor_of(request),
            at=now_of(program),
        )
        messages.success(request, _("Done for {count}.").format(count=done))

    @admin.action(description=_("Give although capped"), permissions=["decide"])
    def give_all_the_same(self, request: HttpRequest, grants: QuerySet[ReferralGrant]) -> None:
        """A capped reward, by hand and with a reason."""
        program = program_of(request)
        for grant in grants:
            with refusals_as_messages(request):
                grant_capped(
                    program=program,
                    grant=grant,
                    reason=request.POST.get("reason", ""),
                    actor=actor_of(request),
                    at=now_of(program),
                )
                messages.success(request, _("Given."))


@admin.register(CapUse, site=staff_site)
class CapUseAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[CapUse]):
    """How much of their caps advocates have used."""

    topic = "referrals"
    program_path = "plan__program"
    list_display = ("advocate", "plan", "period_key", "used", "cap")
    list_filter = (("plan", OfProgram),)
    list_select_related = ("advocate", "plan")
    ordering = ("-id",)


@admin.register(PlanBudget, site=staff_site)
class PlanBudgetAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[PlanBudget]):
    """What plans may cost, and have cost."""

    topic = "referrals"
    program_path = "plan__program"
    list_display = ("plan", "spent", "limit")
    list_select_related = ("plan",)
