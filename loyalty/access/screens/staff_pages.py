"""Staff pages: who works here in which role, and the audit log."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from loyalty.access.kinds import Role
from loyalty.access.models import AuditRow, Membership
from loyalty.access.site import (
    LatelyFilter,
    ProgramScoped,
    ReadOnly,
    actor_of,
    fresh,
    program_of,
    refusals_as_messages,
    staff_site,
    standing_in,
)
from loyalty.access.staff.mailing import tell_owners
from loyalty.access.staff.staffing import Newcomer, ensure_staff, take_role
from loyalty.foundation.refusals import DomainError


class NewcomerForm(forms.Form):
    """A person and a role."""

    username = forms.CharField(label=_("User name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), required=False)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    password = forms.CharField(
        label=_("First password"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("For somebody new: 12 characters or more. A known person keeps their own."),
    )


@admin.register(Membership, site=staff_site)
class MembershipAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Membership]):
    """Who works in the open programme."""

    topic = "staff"
    list_display = ("user", "role", "created_at")
    list_filter = ("role",)
    search_fields = ("user__username", "user__email")
    list_select_related = ("user",)
    ordering = ("user__username", "role")
    actions = ("take_back",)
    fields = ("user", "role", "created_at")
    change_list_template = "admin/staff.html"

    def get_urls(self) -> list[URLPattern]:
        naming = self.admin_site.admin_view(self.name_somebody)
        return [path("name/", naming, name="loyalty_membership_name"), *super().get_urls()]

    @method_decorator(fresh)
    def name_somebody(self, request: HttpRequest) -> HttpResponseBase:
        """Give a person a role; somebody unknown is made."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        form = NewcomerForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._named(request, form):
            return HttpResponseRedirect(reverse("admin:loyalty_membership_changelist"))
        told: dict[str, Any] = {"title": _("Give a role"), "form": form, "opts": self.model._meta}
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "admin/staff_name.html", {**around, **told})

    def _named(self, request: HttpRequest, form: NewcomerForm) -> bool:
        told, program = form.cleaned_data, program_of(request)
        newcomer = Newcomer(
            username=told["username"], email=told["email"], password=told["password"]
        )
        try:
            user, _is_new = ensure_staff(
                newcomer=newcomer,
                program=program,
                roles=[Role(told["role"])],
                actor=actor_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.sentence())
            return False
        if standing_in(request).user.is_superuser:
            tell_owners(
                program=program, subject=_("The superuser gave a role"), names=user.username
            )
        messages.success(request, _("%(name)s may work here now.") % {"name": user.username})
        return True

    @admin.action(description=_("Take this role back"), permissions=["write"])
    @method_decorator(fresh)
    def take_back(self, request: HttpRequest, memberships: QuerySet[Membership]) -> None:
        for membership in memberships:
            with refusals_as_messages(request):
                take_role(membership=membership, actor=actor_of(request), at=timezone.now())
                messages.success(request, _("Taken back."))


@admin.register(AuditRow, site=staff_site)
class AuditRowAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[AuditRow]):
    """Who did what, newest first."""

    topic = "audit"
    list_display = ("at", "actor_name", "action", "object_kind", "object_id", "reason", "address")
    list_filter = (("actor_kind", LatelyFilter), ("object_kind", LatelyFilter))
    search_fields = ("action", "object_id", "actor_name", "request_id")
    date_hierarchy = None
    ordering = ("-id",)
    show_full_result_count = False
    fields = (
        "at", "actor_kind", "actor_name", "address", "request_id", "action", "object_kind", "object_id", "changes",
        "reason",
    )  # fmt: skip
