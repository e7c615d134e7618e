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
from loyalty.earning.telling.words import money
from loyalty.foundation.ids import Id
from loyalty.foundation.shapes import Shape
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program
from referrals.guard.replaying import replay
from referrals.plans.kinds import Audience, PlanState
from referrals.plans.models import PlanVersion, ReferralPlan
from referrals.plans.publishing import (
    draft_version,
    live_version,
    note_preview,
    publish,
    set_plan_state,
)
from referrals.plans.shapes import PLAN
from referrals.plans.terms import GuardTerms, terms_of
from referrals.qualification.desk.plan_forms import (
    ReplayForm,
    VersionForm,
    matrix_of,
    starting_point,
)
from referrals.qualification.telling.mine import rules_in_words
from referrals.qualification.telling.previewing import preview_version

SETTINGS = Shape(PLAN)


@admin.register(ReferralPlan, site=staff_site)
class PlanAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[ReferralPlan]):
    """Referral plans. A live version is frozen; a change is a new version, looked at on history before it goes live."""

    topic = "referrals"
    saves_by_rule = True
    empty_note = _("Referral plans will stand here: what members get for bringing friends.")
    list_display = ("slug", "state", "audience", "priority", "in_force")
    list_filter = ("state", "audience")
    ordering = ("-priority", "id")
    fields = ("slug", "state", "audience", "priority", "created_at", "versions_told", "guard_on_history")  # fmt: skip
    actions = ("pause", "resume", "retire")

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return self.allows(request, "write")

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

    @admin.display(description=_("Guard"))
    def guard_on_history(self, plan: ReferralPlan) -> str:
        address = reverse("admin:referrals_referralplan_guard", args=[plan.pk])
        return format_html('<a href="{}">{}</a>', address, _("Try another guard on history"))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Write a version, starting from what is live."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        program = program_of(request)
        form = VersionForm(request.POST or None, initial={"definition": starting_point(program)})
        if request.method == "POST" and form.is_valid():
            kept = self._keep(request, program, form)
            if kept is not None:
                return HttpResponseRedirect(
                    reverse("admin:referrals_planversion_preview", args=[kept.pk])
                )
        told = {"title": _("Draft of a plan"), "opts": self.opts, "form": form}
        return TemplateResponse(
            request, "referrals/draft.html", {**self.admin_site.each_context(request), **told}
        )

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
        preview = preview_version(program=program, version=version, at=at)
        told = {
            "title": str(version),
            "opts": self.opts,
            "version": version,
            "rules": rules_in_words(terms_of(version), program),
            "settings": json.dumps(version.settings, indent=2, ensure_ascii=False),
            "preview": preview,
            "cost": money(preview.cost, program.currency),
            "matrix": matrix_of(preview.replay),
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

    def _keep(self, request: HttpRequest, program: Program, form: VersionForm) -> Any:
        told = form.cleaned_data["definition"]
        problems = SETTINGS.problems_with(told)
        for problem in problems:
            form.add_error("definition", f"{problem.pointer}: {problem.message}")
        if problems:
            return None
        settings = {name: told[name] for name in told if name in PLAN["properties"]}
        slug, audience = settings.pop("slug"), settings.pop("audience", Audience.MEMBERS.value)
        for name in ("name", "state", "priority"):
            settings.pop(name, None)
        with refusals_as_messages(request):
            return draft_version(
                program=program,
                slug=slug,
                settings=settings,
                audience=audience,
                actor=actor_of(request),
                at=now_of(program),
            )
        return None  # type: ignore[unreachable]  # a refusal has become a message
