"""Stamps in the admin: given at the till, undone with a reason, a debt forgiven."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.hands.filters import OfDefinition
from gamification.criteria.desk.hands.forms import ReasonBar
from gamification.criteria.desk.hands.pages import ByHand
from gamification.stamps.desk.forms import StampForm, WaiverForm
from gamification.stamps.kinds import GAME
from gamification.stamps.models import Stamp
from gamification.stamps.stamping import stamp, waive
from gamification.stamps.undoing import card_of, undo
from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.programs.clock import now_of


class AtTheTill(ByHand, ReadOnly, ProgramScoped):
    """Pages for whoever stamps: those who may not read everything see what they did themselves."""

    topic = "stamps"
    of_game = GAME
    program_path = "card__program"
    saves_by_rule = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(self.allows(request, "read") or self.allows(request, "stamp"))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return bool(self.allows(request, "stamp"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        is_own = not self.allows(request, "read")
        return rows.filter(actor=actor_of(request).shown) if is_own else rows


@admin.register(Stamp, site=staff_site)
class StampAdmin(AtTheTill, admin.ModelAdmin[Stamp]):
    """Every stamp that was given or taken, newest first. Rows stay: a mistake is undone by a second one."""

    empty_note = _("Stamps will stand here: by hand, by a code, or from purchases.")
    list_display = ("at", "member", "card", "quantity", "total", "kind", "source", "place", "reason", "actor")  # fmt: skip
    list_display_links = None
    list_filter = (("card", OfDefinition), "kind", "source")
    list_select_related = ("member", "card")
    search_fields = ("member__external_id",)
    ordering = ("-id",)
    action_form = ReasonBar
    actions = ("undo_stamps",)
    change_list_template = "gamification/stamps.html"

    def get_urls(self) -> list[URLPattern]:
        waiver = path(
            "waiver/",
            self.admin_site.admin_view(self.waiver_view),
            name="gamification_stamp_waiver",
        )
        return [waiver, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_waive = self.allows(request, "manage")
        return super().changelist_view(request, {"may_waive": may_waive, **(extra_context or {})})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Stamp a member's card."""
        program = program_of(request)
        form = StampForm(program, request.POST or None, initial=request.GET.dict())
        return self.hand_page(
            request,
            form=form,
            title=_("Stamp a card"),
            done=_("Stamped."),
            verb="stamp",
            act=lambda: stamp(
                program=program,
                card=form.live(),
                member_id=form.member_id(),
                told=form.told(),
                actor=actor_of(request),
                at=now_of(program),
            ),
        )

    def waiver_view(self, request: HttpRequest) -> HttpResponse:
        """Forgive what is missing after a return."""
        program = program_of(request)
        form = WaiverForm(program, request.POST or None, initial=request.GET.dict())
        return self.hand_page(
            request,
            form=form,
            title=_("Forgive a debt"),
            done=_("Forgiven."),
            about={
                "explained": _("Stamps for what is missing after a return, beyond every limit.")
            },
            verb="manage",
            act=lambda: waive(
                program=program,
                card=form.live(),
                member_id=form.member_id(),
                told=form.told(),
                actor=actor_of(request),
                at=now_of(program),
            ),
        )

    @admin.action(description=_("Undo the chosen stamps"), permissions=["stamp"])
    def undo_stamps(self, request: HttpRequest, stamps: QuerySet[Stamp]) -> None:
        """One's own within a quarter of an hour, any for whoever manages; with a reason."""
        program = program_of(request)
        for row in stamps.order_by("-pk"):
            with refusals_as_messages(request):
                undo(
                    program=program,
                    card=card_of(program=program, row=row),
                    row=row,
                    reason=request.POST.get("reason", ""),
                    hand=(actor_of(request), self.allows(request, "manage")),
                    at=now_of(program),
                )
                messages.success(request, _("Undone."))
