"""Plans in the admin: versions written as in the programme document, previewed on history, published, and the guard tried."""

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.foundation.ids import Id
from loyalty.programs.clock import now_of
from referrals.guard.replaying import replay
from referrals.plans.kinds import PlanState
from referrals.plans.models import PlanVersion, ReferralPlan
from referrals.plans.publishing import (
    live_version,
    note_preview,
    publish,
    set_plan_state,
)
from referrals.plans.terms import GuardTerms, read_terms
from referrals.qualification.desk.plan_forms import (
    ReplayForm,
    matrix_of,
)
from referrals.qualification.desk.writing.page import Writing, preview_shown
from referrals.qualification.telling.wording import plan_in_words


@admin.register(ReferralPlan, site=staff_site)
class PlanAdmin(Writing, ReadOnly, ProgramScoped, admin.ModelAdmin[ReferralPlan]):
    """Referral plans. A live version is frozen; a change is a new version, looked at on history before it goes live."""

    topic = "referrals"
    saves_by_rule = True
    empty_note = _("Referral plans will stand here: what members get for bringing friends.")
    list_display = ("slug", "state", "audience", "priority", "in_force")
    list_filter = ("state", "audience")
    ordering = ("-priority", "id")
    fields = ("slug", "state", "audience", "priority", "created_at", "versions_told", "next_version", "guard_on_history")  # fmt: skip
    actions = ("pause", "resume", "retire")

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return bool(self.allows(request, "write"))

    def get_readonly_fields(self, request: HttpRequest, obj: ReferralPlan | None = None) -> Any:
        return self.fields

    def get_urls(self) -> list[URLPattern]:
        """The preview of a version, and the guard on history, beside Django's own pages."""
        view = self.admin_site.admin_view
        return [
            path(
                "version/<uuid:version_id>/",
                view(self.preview_view),
                name="referrals_planversion_preview",
            ),
            path(
                "<uuid:plan_id>/draft/", view(self.draft_view), name="referrals_referralplan_draft"
            ),
            path(
                "<uuid:plan_id>/guard/", view(self.guard_view), name="referrals_referralplan_guard"
            ),
            *super().get_urls(),
        ]

    @admin.display(description=_("Version in force"))
    def in_force(self, plan: ReferralPlan) -> str:
        version = live_version(plan)
        return str(version.number) if version else "-"

    @admin.display(description=_("Versions"))
    def versions_told(self, plan: ReferralPlan) -> SafeString:
        """Each version, the newest first, with the way to its preview."""
        return format_html_join(
            "",
            '<p><a href="{}">{} {}</a> · {}</p>',
            (
                (
                    reverse("admin:referrals_planversion_preview", args=[version.pk]),
                    _("Version"),
                    version.number,
                    date_format(localtime(version.published_at), "DATETIME_FORMAT")
                    if version.published_at
                    else _("Draft"),
                )
                for version in plan.versions.order_by("-number")
            ),
        )

    @admin.display(description=_("Next version"))
    def next_version(self, plan: ReferralPlan) -> str:
        address = reverse("admin:referrals_referralplan_draft", args=[plan.pk])
        return format_html('<a href="{}">{}</a>', address, _("Write the next version"))

    @admin.display(description=_("Guard"))
    def guard_on_history(self, plan: ReferralPlan) -> str:
        address = reverse("admin:referrals_referralplan_guard", args=[plan.pk])
        return format_html('<a href="{}">{}</a>', address, _("Try another guard on history"))

    def preview_view(self, request: HttpRequest, version_id: Id) -> HttpResponse:
        """What this version would have meant over the last 90 days; whoever has seen it may publish it."""
        if not self.allows(request, "read"):
            raise PermissionDenied
        program = program_of(request)
        version = PlanVersion.objects.filter(pk=version_id, plan__program=program).first()
        if version is None:
            raise Http404
        at = now_of(program)
        is_draft = version.published_at is None
        if request.method == "POST" and self.allows(request, "write"):
            with refusals_as_messages(request):
                publish(program=program, version=version, actor=actor_of(request), at=at)
                messages.success(request, _("Published."))
                return HttpResponseRedirect(
                    reverse("admin:referrals_referralplan_change", args=[version.plan_id])
                )
        if is_draft and version.previewed_at is None and self.allows(request, "write"):
            version = note_preview(version=version, at=at)
        told = {
            "title": str(version),
            "opts": self.opts,
            "version": version,
            "rules": plan_in_words(
                read_terms(version.settings), program, audience=version.plan.audience
            ),
            "settings": json.dumps(version.settings, indent=2, ensure_ascii=False),
            **preview_shown(program, version, at=at),
            "may_publish": is_draft and self.allows(request, "write"),
        }
        return TemplateResponse(
            request, "referrals/preview.html", {**self.admin_site.each_context(request), **told}
        )

    def guard_view(self, request: HttpRequest, plan_id: Id) -> HttpResponse:
        """Stored checks of the last days, weighed under another preset; nothing is changed (R-46)."""
        if not self.allows(request, "read"):
            raise PermissionDenied
        program = program_of(request)
        plan = self.get_queryset(request).filter(pk=plan_id).first()
        if plan is None:
            raise Http404
        asked = "preset" in request.GET
        form = ReplayForm(request.GET if asked else None)
        found = None
        if asked and form.is_valid():
            told = form.cleaned_data
            terms = GuardTerms.read(told["preset"], household=told["household"])
            found = replay(
                program=program, plan=plan, terms=terms, at=now_of(program), days=told["days"]
            )
        context = {
            "title": _("The guard on history"),
            "opts": self.opts,
            "plan": plan,
            "form": form,
            "found": found,
            "matrix": matrix_of(found),
        }
        return TemplateResponse(
            request, "referrals/guard.html", {**self.admin_site.each_context(request), **context}
        )

    @admin.action(description=_("Pause"), permissions=["write"])
    def pause(self, request: HttpRequest, plans: QuerySet[ReferralPlan]) -> None:
        """Bring nobody for a while; what is on its way goes on."""
        self._set(request, plans, PlanState.PAUSED)

    @admin.action(description=_("Resume"), permissions=["write"])
    def resume(self, request: HttpRequest, plans: QuerySet[ReferralPlan]) -> None:
        """Bring friends again."""
        self._set(request, plans, PlanState.LIVE)

    @admin.action(description=_("Retire for good"), permissions=["write"])
    def retire(self, request: HttpRequest, plans: QuerySet[ReferralPlan]) -> None:
        """End a plan; its codes answer as unknown from now on."""
        self._set(request, plans, PlanState.RETIRED)

    def _set(self, request: HttpRequest, plans: QuerySet[ReferralPlan], state: PlanState) -> None:
        program = program_of(request)
        for plan in plans:
            with refusals_as_messages(request):
                set_plan_state(program=program, plan=plan, state=state, actor=actor_of(request))
                messages.success(request, f"{plan}: {state.label}")
