"""Advocates in the admin: members who bring, affiliates who are none, and who is being watched."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    HappenedFilter,
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.earning.telling.words import money
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program
from referrals.codes.issuing import add_affiliate, set_suspended, stop_watching
from referrals.codes.kinds import CODE_LENGTH_MAX, NAME_LENGTH_MAX
from referrals.codes.models import Advocate
from referrals.codes.sharing import link_of
from referrals.plans.kinds import Audience, PlanState, RewardKind
from referrals.plans.models import ReferralPlan
from referrals.rewards.kinds import GrantState
from referrals.rewards.models import ReferralGrant


class AffiliateForm(forms.Form):
    """Who brings without being a member, under which plan, and with which code."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH_MAX)
    plan = forms.ModelChoiceField(label=_("Plan"), queryset=ReferralPlan.objects.none())
    code = forms.CharField(
        label=_("Code"),
        max_length=CODE_LENGTH_MAX,
        required=False,
        help_text=_("4 to 20 letters, digits and hyphens; left empty, we make one."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    def __init__(self, *told: Any, program: Program, **named: Any) -> None:
        super().__init__(*told, **named)
        plan: Any = self.fields["plan"]
        plan.queryset = ReferralPlan.objects.filter(
            program=program, audience=Audience.AFFILIATES, state=PlanState.LIVE
        )


@admin.register(Advocate, site=staff_site)
class AdvocateAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Advocate]):
    """Everybody who brings friends. Watching sends their new referrals to people; suspending is for people to do."""

    topic = "referrals"
    saves_by_rule = True
    empty_note = _("Advocates will stand here once a member has asked for a code.")
    list_display = ("who", "kind", "friends", "watched_at", "suspended_at", "created_at")
    list_filter = (
        "kind",
        ("watched_at", HappenedFilter),
        ("suspended_at", HappenedFilter),
    )
    list_select_related = ("member",)
    search_fields = ("name", "member__external_id")
    ordering = ("-id",)
    fields = (
        "who",
        "kind",
        "owed",
        "links",
        "friends_link",
        "watched_at",
        "suspended_at",
        "created_at",
    )
    actions = ("suspend", "let_bring_again", "watch_no_more")

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return self.allows(request, "write")

    def get_readonly_fields(self, request: HttpRequest, obj: Advocate | None = None) -> Any:
        return self.fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Advocate]:
        rows: QuerySet[Advocate] = super().get_queryset(request)
        return rows.annotate(brought=Count("referrals"))

    @admin.display(description=_("Who"))
    def who(self, advocate: Advocate) -> str:
        return str(advocate.member or advocate)

    @admin.display(description=_("Friends"), ordering="brought")
    def friends(self, advocate: Advocate) -> int:
        return int(getattr(advocate, "brought", 0))

    @admin.display(description=_("Friends"))
    def friends_link(self, advocate: Advocate) -> str:
        address = reverse("admin:referrals_referral_changelist")
        return format_html(
            '<a href="{}?advocate__id__exact={}">{}</a>',
            address,
            advocate.pk,
            self.friends(advocate),
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Under the name that staff know."""
        row = self.get_object(request, object_id)
        named = {"title": self.who(row), "subtitle": ""} if row else {}
        return super().change_view(
            request, object_id, form_url, extra_context={**named, **(extra_context or {})}
        )

    @admin.display(description=_("Still to be paid out"))
    def owed(self, advocate: Advocate) -> str:
        """Granted, and not marked as paid, with the way to the list (R-4)."""
        rows = ReferralGrant.objects.filter(
            referral__advocate=advocate,
            kind=RewardKind.PAYABLE,
            state=GrantState.GRANTED,
            paid_out_at=None,
        )
        sums = rows.values_list("unit").annotate(Sum("amount")).order_by("unit")
        told = " + ".join(money(amount, unit) for unit, amount in sums)
        if not told:
            return "-"
        address = reverse("admin:referrals_referralgrant_changelist")
        question = "?kind__exact=payable&paid_out_at__isempty=1"
        return format_html('<a href="{}{}">{}</a>', address, question, told)

    @admin.display(description=_("Codes and links"))
    def links(self, advocate: Advocate) -> str:
        rows = [(code, link_of(code.plan.program, code)) for code in advocate.codes.order_by("-id")]
        shown = [format_html("<bdi>{}</bdi> · <bdi>{}</bdi>", code, link) for code, link in rows]
        return format_html("{}" * len(shown), *shown) if shown else "-"

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take an affiliate in."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        program = program_of(request)
        form = AffiliateForm(request.POST or None, program=program)
        if request.method == "POST" and form.is_valid():
            with refusals_as_messages(request):
                code = add_affiliate(
                    program=program,
                    plan=form.cleaned_data["plan"],
                    name=form.cleaned_data["name"],
                    text=form.cleaned_data["code"],
                    actor=actor_of(request),
                    at=now_of(program),
                )
                return HttpResponseRedirect(
                    reverse("admin:referrals_advocate_change", args=[code.advocate_id])
                )
        told = {"title": _("New affiliate"), "opts": self.opts, "form": form}
        return TemplateResponse(
            request, "referrals/affiliate.html", {**self.admin_site.each_context(request), **told}
        )

    @admin.action(description=_("Suspend"), permissions=["write"])
    def suspend(self, request: HttpRequest, advocates: QuerySet[Advocate]) -> None:
        """Their codes answer as unknown from now on."""
        self._set(request, advocates, suspended=True)

    @admin.action(description=_("Let bring friends again"), permissions=["write"])
    def let_bring_again(self, request: HttpRequest, advocates: QuerySet[Advocate]) -> None:
        """Their codes work again."""
        self._set(request, advocates, suspended=False)

    @admin.action(description=_("Watch no more"), permissions=["write"])
    def watch_no_more(self, request: HttpRequest, advocates: QuerySet[Advocate]) -> None:
        """Their new referrals are weighed like anybody's."""
        done = stop_watching(
            program=program_of(request),
            advocates=[each.pk for each in advocates],
            actor=actor_of(request),
        )
        messages.success(request, _("Done for {count}.").format(count=done))

    def _set(self, request: HttpRequest, advocates: QuerySet[Advocate], *, suspended: bool) -> None:
        program = program_of(request)
        done = set_suspended(
            program=program,
            advocates=[each.pk for each in advocates],
            suspended=suspended,
            actor=actor_of(request),
            at=now_of(program),
        )
        messages.success(request, _("Done for {count}.").format(count=done))
