"""Pauses of streaks in the admin: whose, when and why; declared for a member, or as days of rest for everybody."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.hands.filters import OfDefinition
from gamification.criteria.desk.hands.pages import ByHand
from gamification.criteria.models import DefinitionVersion
from gamification.streaks.desk.forms import PauseForm, RestForm
from gamification.streaks.kinds import GAME
from gamification.streaks.models import StreakPause
from gamification.streaks.pausing import declare_pause
from gamification.streaks.resting import rest_for_everybody
from loyalty.access.site import ProgramScoped, ReadOnly, actor_of, program_of, staff_site
from loyalty.programs.clock import now_of


@admin.register(StreakPause, site=staff_site)
class StreakPauseAdmin(ByHand, ReadOnly, ProgramScoped, admin.ModelAdmin[StreakPause]):
    """Days on which streaks rest. What was declared stands: nothing is lost on those days."""

    topic = "streaks"
    program_path = "streak__program"
    saves_by_rule = True
    empty_note = _("Pauses that members declare, or that you declare for them, will stand here.")
    list_display = ("member", "streak", "first", "last", "reason", "actor", "declared_at")
    list_display_links = None
    of_game = GAME
    list_filter = (("streak", OfDefinition),)
    list_select_related = ("member", "streak")
    search_fields = ("member__external_id",)
    ordering = ("-first", "-id")
    change_list_template = "gamification/pauses.html"

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return bool(self.allows(request, "write"))

    def get_urls(self) -> list[URLPattern]:
        rest = path(
            "rest/",
            self.admin_site.admin_view(self.rest_view),
            name="gamification_streakpause_rest",
        )
        return [rest, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Pause one member's streak on days to come."""
        program = program_of(request)
        form = PauseForm(program, request.POST or None, initial=request.GET.dict())
        return self.hand_page(
            request,
            form=form,
            title=_("Pause a member's streak"),
            done=_("Paused."),
            about={"explained": _("From tomorrow on, and at most thirty days of a year.")},
            act=lambda: declare_pause(
                program=program,
                streak=form.live(),
                member_id=form.member_id(),
                days=form.days(),
                actor=actor_of(request),
                at=now_of(program),
            ),
        )

    def rest_view(self, request: HttpRequest) -> HttpResponse:
        """Let a streak rest for everybody: the next version, which is looked at before it goes live."""
        program = program_of(request)
        form = RestForm(program, request.POST or None)
        drafted: list[DefinitionVersion] = []

        def act() -> None:
            drafted.append(
                rest_for_everybody(
                    program=program,
                    streak=form.live(),
                    days=form.days(),
                    actor=actor_of(request),
                    at=now_of(program),
                )
            )

        answer = self.hand_page(
            request,
            form=form,
            title=_("Rest days for everybody"),
            done=_("Kept as the next version. Look at it, and publish it."),
            about={"explained": _("Nobody loses the streak on these days. Days that have begun stay as they are.")},
            act=act,
        )  # fmt: skip
        if not drafted:
            return answer
        address = reverse("admin:gamification_definition_preview", args=[drafted[0].pk])
        return HttpResponseRedirect(address)
