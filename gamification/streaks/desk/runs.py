"""Streaks of members in the admin: how long, until when, period by period; a loss made good, freezes given."""

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.hands.filters import OfDefinition
from gamification.criteria.desk.hands.forms import ReasonBar
from gamification.criteria.desk.hands.pages import ByHand
from gamification.criteria.life.catalogue import live_definition
from gamification.criteria.models import Definition
from gamification.streaks.desk.forms import FreezesForm
from gamification.streaks.kinds import GAME, FreezeKind
from gamification.streaks.models import FreezeItem, Repair, StreakState
from gamification.streaks.repairing import give_freezes, repair_streak
from gamification.streaks.showing import periods_of
from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.foundation.refusals import Text
from loyalty.programs.clock import now_of

PERIODS: Final = 30
ROWS: Final = 50


@admin.register(StreakState, site=staff_site)
class StreakStateAdmin(ByHand, ReadOnly, ProgramScoped, admin.ModelAdmin[StreakState]):
    """Where members' streaks stood when somebody last looked. What was done follows deeds; people make good and give."""

    topic = "streaks"
    saves_by_rule = True
    empty_note = _("Streaks of members will stand here once they do something that counts.")
    list_display = ("member", "streak", "current", "longest", "deadline", "freezes")
    of_game = GAME
    list_filter = (("streak", OfDefinition),)
    list_select_related = ("member", "streak")
    search_fields = ("member__external_id",)
    ordering = ("-current", "pk")
    fields = ("member", "streak", "current", "longest", "deadline", "freezes", "periods", "freezes_told", "repairs_told")  # fmt: skip
    action_form = ReasonBar
    actions = ("make_good",)
    change_list_template = "gamification/runs.html"

    def get_readonly_fields(self, request: HttpRequest, obj: StreakState | None = None) -> Any:
        return self.fields

    def get_urls(self) -> list[URLPattern]:
        freezes = path(
            "freezes/",
            self.admin_site.admin_view(self.freezes_view),
            name="gamification_streakstate_freezes",
        )
        return [freezes, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_write = self.allows(request, "write")
        return super().changelist_view(request, {"may_write": may_write, **(extra_context or {})})

    def freezes_view(self, request: HttpRequest) -> HttpResponse:
        """Give one member freezes."""
        program = program_of(request)
        form = FreezesForm(program, request.POST or None, initial=request.GET.dict())
        return self.hand_page(
            request,
            form=form,
            title=_("Give freezes"),
            done=_("Given."),
            about={"explained": _("More than the streak lets anybody own are never owned.")},
            act=lambda: give_freezes(
                program=program,
                streak=form.live(),
                member_id=form.member_id(),
                gift=(form.cleaned_data["quantity"], form.cleaned_data["reason"]),
                actor=actor_of(request),
                at=now_of(program),
            ),
        )

    @admin.action(description=_("Make the last loss good"), permissions=["write"])
    def make_good(self, request: HttpRequest, states: QuerySet[StreakState]) -> None:
        """Each member's former length is back, within seven periods of the loss and with a reason."""
        program = program_of(request)
        names = Definition.objects.in_bulk(states.values_list("streak_id", flat=True))
        for state in states:
            with refusals_as_messages(request):
                repair_streak(
                    program=program,
                    streak=live_definition(program, GAME, names[state.streak_id].slug),
                    member_id=state.member_id,
                    reason=request.POST.get("reason", ""),
                    actor=actor_of(request),
                    at=now_of(program),
                )
                messages.success(request, _("Made good."))

    @admin.display(description=_("The last periods"))
    def periods(self, state: StreakState) -> SafeString | str:
        """Each period with what it came to, the latest first."""
        definition = Definition.objects.select_related("program").get(pk=state.streak_id)
        program = definition.program
        streak = live_definition(program, GAME, definition.slug)
        _kept, walked = periods_of(
            program=program, streak=streak, member_id=state.member_id, at=now_of(program)
        )
        steps = reversed(walked.steps[-PERIODS:])
        return _listed((each.span.key, each.verdict.label, localize(each.length)) for each in steps)

    @admin.display(description=_("freezes"))
    def freezes_told(self, state: StreakState) -> SafeString | str:
        """What became of freezes, and why some were given."""
        rows = FreezeItem.objects.filter(streak_id=state.streak_id, member_id=state.member_id)
        return _listed(
            (localize(localtime(each.at)), FreezeKind(each.kind).label, localize(each.quantity), each.reason or each.occasion)
            for each in rows.order_by("-at", "-pk")[:ROWS]
        )  # fmt: skip

    @admin.display(description=_("repairs"))
    def repairs_told(self, state: StreakState) -> SafeString | str:
        """What was made good, why and by whom."""
        rows = Repair.objects.filter(streak_id=state.streak_id, member_id=state.member_id)
        return _listed(
            (each.period_key, each.reason, each.actor) for each in rows.order_by("-pk")[:ROWS]
        )


def _listed(rows: Iterable[Iterable[Text]]) -> SafeString | str:
    lines = [(format_html_join(" · ", "<bdi>{}</bdi>", ((cell,) for cell in row)),) for row in rows]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", lines)) if lines else "-"
