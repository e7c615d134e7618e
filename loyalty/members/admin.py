"""Members in the admin: the list, a member's page, enrolling and editing; all changes go through the rules."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    Found,
    ProgramScoped,
    ReadOnly,
    actor_of,
    figure,
    program_of,
    refusals_as_messages,
    searches,
    staff_site,
    standing_in,
)
from loyalty.foundation.refusals import DomainError, NotFound
from loyalty.members.cards.passing import PREFIX, CardUnknown, identify
from loyalty.members.changing import change, set_status
from loyalty.members.enrolling import enrol
from loyalty.members.finding import find_member_even_erased, members_by
from loyalty.members.forms import MemberFields
from loyalty.members.kinds import GONE, MemberStatus
from loyalty.members.models import Member
from loyalty.members.segments.segmenting import segments_of
from loyalty.members.showing import show_consents, show_members
from loyalty.programs.calendar import local_day, midnight
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program
from loyalty.programs.tenants import currencies_of

FOUND_MAX = 20


@admin.register(Member, site=staff_site)
class MemberAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Member]):
    """Everybody of the open programme."""

    list_display = ["__str__", "name", "status", "joined_at", "shown_id"]
    list_filter = ["status", "joined_at"]
    list_select_related = ["profile"]
    search_fields = ["external_id"]
    search_help_text = _("Id, external id, exact e-mail, phone or card, or a name.")
    ordering = ["-id"]
    show_full_result_count = False
    actions = ["suspend", "restrict", "activate"]
    change_list_template = "members/list.html"

    @admin.display(description=_("name"))
    def name(self, member: Member) -> str:
        """First and last name; nothing of an erased one."""
        return f"{member.profile.first_name} {member.profile.last_name}".strip()

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        return [
            path("enrol/", inside(self.enrol_view), name="loyalty_member_enrol"),
            path("<uuid:row_id>/edit/", inside(self.edit_view), name="loyalty_member_edit"),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Member], search_term: str
    ) -> tuple[QuerySet[Member], bool]:
        if not search_term:
            return queryset, False
        found = _found(program_of(request), search_term.strip())
        return queryset.filter(found), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A member's page: who it is, what they have, what they agreed to."""
        member = self.get_object(request, object_id)
        if member is None or not self.has_view_permission(request, member):
            raise PermissionDenied
        program = program_of(request)
        (view,) = show_members(program=program, members=[member], at=now_of(program))
        balances: Any = view.get("balances") or {}
        names = currencies_of(program)
        told = {
            "title": str(member),
            "opts": self.model._meta,
            "member": member,
            "view": view,
            "profile": [
                (MemberFields.base_fields[name].label, view[name])
                for name in PROFILE
                if view.get(name)
            ],
            "balances": [(str(names.get(each, each)), parts) for each, parts in balances.items()],
            "may_adjust": standing_in(request).may("ledger:adjust") and member.status not in GONE,
            "consents": show_consents(member=member),
            "segments": segments_of(member_ids=[member.pk]).get(member.pk, []),
            "may_edit": self.allows(request, "write") and member.status not in GONE,
            "now": now_of(program),
        }
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "members/member.html", {**around, **told})

    def enrol_view(self, request: HttpRequest) -> HttpResponseBase:
        """Enrol somebody by hand, through the rule that the API calls."""
        self._demand(request)
        fields = MemberFields(request.POST or None)
        if request.method == "POST" and fields.is_valid():
            program = program_of(request)
            try:
                (member,) = enrol(
                    program=program,
                    enrolments=[fields.enrolment()],
                    how="staff",
                    actor=actor_of(request),
                    at=now_of(program),
                )
            except DomainError as refusal:
                fields.add_error(None, refusal.sentence())
            else:
                messages.success(request, _("Enrolled."))
                return self._to(member)
        return self._form(request, fields, title=str(_("Enrol a member")))

    def edit_view(self, request: HttpRequest, row_id: Any) -> HttpResponseBase:
        """Change what is known about somebody."""
        self._demand(request)
        member = self.get_object(request, str(row_id))
        if member is None:
            raise Http404
        fields = MemberFields(request.POST or None, initial=MemberFields.of(member))
        if request.method == "POST" and fields.is_valid():
            try:
                change(
                    member=member,
                    told=fields.change(),
                    actor=actor_of(request),
                    at=now_of(program_of(request)),
                )
            except DomainError as refusal:
                fields.add_error(None, refusal.sentence())
            else:
                messages.success(request, _("Saved."))
                return self._to(member)
        return self._form(request, fields, title=str(member))

    @admin.action(description=_("Suspend: their events earn nothing"), permissions=["write"])
    def suspend(self, request: HttpRequest, members: QuerySet[Member]) -> None:
        self._set(request, members, MemberStatus.SUSPENDED)

    @admin.action(description=_("Restrict: freeze without losing anything"), permissions=["write"])
    def restrict(self, request: HttpRequest, members: QuerySet[Member]) -> None:
        self._set(request, members, MemberStatus.RESTRICTED)

    @admin.action(description=_("Make active again"), permissions=["write"])
    def activate(self, request: HttpRequest, members: QuerySet[Member]) -> None:
        self._set(request, members, MemberStatus.ACTIVE)

    def _set(self, request: HttpRequest, members: QuerySet[Member], status: MemberStatus) -> None:
        with refusals_as_messages(request):
            set_status(
                members=list(members),
                status=status,
                actor=actor_of(request),
                at=now_of(program_of(request)),
            )
            messages.success(request, _("Changed."))

    def _demand(self, request: HttpRequest) -> None:
        if not self.allows(request, "write"):
            raise PermissionDenied

    def _to(self, member: Member) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:loyalty_member_change", args=[member.pk]))

    def _form(self, request: HttpRequest, fields: MemberFields, *, title: str) -> HttpResponseBase:
        told = {"title": title, "form": fields, "opts": self.model._meta}
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "members/form.html", {**around, **told})


PROFILE = (
    "first_name", "last_name", "birthday", "email", "phone", "card", "locale", "time_zone",
)  # fmt: skip


@figure(
    slug="members-new",
    question=_("Who joined us today?"),
    unit=_("new members"),
    deed="members:read",
    link="admin:loyalty_member_changelist",
    order=10,
)
def joined_today(program: Program, at: datetime) -> int:
    """Members who joined since midnight."""
    since = midnight(local_day(at, program.zone), program.zone)
    return Member.objects.filter(program=program, joined_at__gte=since).count()


@searches("members")
def find_in_header(program: Program, text: str) -> list[Found]:
    """What the header's field finds among members."""
    rows = Member.objects.filter(_found(program, text), program=program)
    return [
        Found(
            label=str(member),
            about=member.get_status_display(),
            url=reverse("admin:loyalty_member_change", args=[member.pk]),
        )
        for member in rows.order_by("-id")[:FOUND_MAX]
    ]


def _found(program: Program, text: str) -> Q:
    """Members by our id or the shop's, exact contact, card or its code, or the beginning of a name."""
    if text.upper().startswith(PREFIX):
        try:
            return Q(pk=identify(program=program, told=text, at=timezone.now()).pk)
        except CardUnknown:
            return Q(pk__in=[])
    exact = [
        members_by(program=program, email=text),
        members_by(program=program, phone=text),
        members_by(program=program, card=text),
    ]
    found = Q(external_id=text)
    for rows in exact:
        found |= Q(pk__in=rows.values("pk"))
    found |= Q(profile__first_name__istartswith=text) | Q(profile__last_name__istartswith=text)
    try:
        found |= Q(pk=find_member_even_erased(program=program, told=text).pk)
    except NotFound:
        return found
    return found
