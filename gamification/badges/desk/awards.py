"""Desk: awards in the admin: who holds what; given and taken back by hand, with a reason (G-44)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from gamification.badges.awards.by_hand import (
    REASON_LENGTH_MAX,
    award_by_hand,
    let_stand,
    revoke_by_hand,
    suspend,
)
from gamification.badges.kinds import GAME, AwardState
from gamification.badges.models import Award
from gamification.badges.showing import show_member_badges
from gamification.criteria.desk.blocks import Block, register_block, so_far
from gamification.criteria.desk.hands.filters import OfDefinition
from gamification.criteria.desk.hands.forms import Day, ReasonBar, member_told
from gamification.criteria.life.catalogue import book_of
from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    one_by_one,
    program_of,
    staff_site,
)
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Text
from loyalty.programs.calendar import midnight
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program
from loyalty.programs.texts import in_a_row, in_words


class AwardBar(ReasonBar):
    """Why, and for a suspension through which day."""

    until = Day(label=_("Suspended through"), required=False)


class AwardForm(forms.Form):
    """Whom, which badge and tier, and why."""

    member = forms.CharField(label=_("Member"), max_length=210)
    badge = forms.ChoiceField(label=_("Badge"))
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH_MAX)

    def __init__(self, program: Program, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["badge"]
        chosen.choices = [
            (f"{live.slug}/{tier.slug}", f"{live.name} · {in_words(tier.name) or tier.slug}")
            for live in book_of(program).of(GAME)
            for tier in live.parsed.tiers
        ]


@admin.register(Award, site=staff_site)
class AwardAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Award]):
    """Everything that members hold, or held. Nothing is deleted; each change stands below its award."""

    topic = "badges"
    saves_by_rule = True
    empty_note = _("Badges that members have earned, or were given, will stand here.")
    list_display = ("member", "badge", "tier", "occasion", "state", "origin", "earned_at")
    of_game = GAME
    list_filter = ("state", "origin", ("badge", OfDefinition))
    list_select_related = ("member", "badge")
    search_fields = ("member__external_id",)
    ordering = ("-id",)
    fields = (
        "member",
        "badge",
        "tier",
        "occasion",
        "state",
        "origin",
        "earned_at",
        "awarded_at",
        "valid_until",
        "edition_no",
        "why",
        "story",
    )
    action_form = AwardBar
    actions = ("suspend_awards", "let_awards_stand", "take_back")

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return bool(self.allows(request, "write"))

    def get_readonly_fields(self, request: HttpRequest, obj: Award | None = None) -> Any:
        return self.fields

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Give a badge by hand."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        program = program_of(request)
        form = AwardForm(program, request.POST or None, initial=request.GET.dict())
        if request.method == "POST" and form.is_valid():
            try:
                row = _given(program, request, form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, refusal.sentence())
            else:
                messages.success(request, _("Given."))
                return HttpResponseRedirect(
                    reverse("admin:gamification_award_change", args=[row.pk])
                )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Award by hand"),
            "form": form,
            "opts": self.opts,
        }
        return TemplateResponse(request, "gamification/award.html", context)

    @admin.display(description=_("evidence"))
    def why(self, award: Award) -> str:
        """Value and target, as they were."""
        told = award.evidence
        return so_far(told["value"], told["target"]) if "value" in told else "-"

    @admin.display(description=_("award changes"))
    def story(self, award: Award) -> str:
        """Every change: when, where to, why, by whom."""
        rows = award.changes.order_by("at", "pk")
        return format_html(
            "<ul>{}</ul>",
            format_html_join(
                "",
                "<li>{} · {} · {} <bdi>{}</bdi></li>",
                (
                    (
                        localize(localtime(row.at)),
                        AwardState(row.to_state).label,
                        row.reason,
                        row.actor,
                    )
                    for row in rows
                ),
            ),
        )

    @admin.action(description=_("Suspend"), permissions=["write"])
    def suspend_awards(self, request: HttpRequest, awards: QuerySet[Award]) -> None:
        """Hold the chosen ones back through a day; they stand again by themselves."""
        bar = AwardBar(request.POST)
        last_day = bar.fields["until"].clean(request.POST.get("until") or None)
        if last_day is None:
            messages.error(request, _("Say through which day they shall be suspended."))
            return
        ends = midnight(last_day + timedelta(days=1), program_of(request).zone)
        why = request.POST.get("reason", "")
        self._move(request, awards, partial(suspend, until=ends, reason=why), _("Suspended."))

    @admin.action(description=_("Let stand again"), permissions=["write"])
    def let_awards_stand(self, request: HttpRequest, awards: QuerySet[Award]) -> None:
        """End the suspension of the chosen ones before its time."""
        why = request.POST.get("reason", "")
        self._move(request, awards, partial(let_stand, reason=why), _("They stand again."))

    @admin.action(description=_("Take the chosen awards back"), permissions=["write"])
    def take_back(self, request: HttpRequest, awards: QuerySet[Award]) -> None:
        """By hand and with a reason; no rule brings them back."""
        why = request.POST.get("reason", "")
        self._move(request, awards, partial(revoke_by_hand, reason=why), _("Taken back."))

    def _move(
        self,
        request: HttpRequest,
        awards: QuerySet[Award],
        rule: Callable[..., Award],
        done: Text,
    ) -> None:
        if one_by_one(request, awards, lambda award_id, **by: rule(award_id=award_id, **by)):
            messages.success(request, str(done))


def _given(program: Program, request: HttpRequest, told: dict[str, Any]) -> Award:
    badge, _slash, tier = told["badge"].partition("/")
    return award_by_hand(
        program=program,
        member_id=member_told(program, told["member"]),
        badge=badge,
        tier=tier,
        reason=told["reason"],
        actor=actor_of(request),
        at=now_of(program),
    )


def _block(program: Program, member_id: Id, at: datetime) -> Block:
    rows = []
    for each in show_member_badges(program=program, member_id=member_id, at=at):
        progress = each["progress"]
        progressed = so_far(progress["value"], progress["target"]) if progress else ""
        held = [award for award in each["awards"] if award["state"] == AwardState.ACTIVE]
        names = in_a_row(award["name"] for award in held)
        since = max((award["earned_at"] for award in held), default=None)
        rows.append((each["name"], names, since, progressed))
    return Block(
        title=_("Badges"),
        heads=(_("Badge"), _("Tiers"), _("earned"), _("progress")),
        rows=rows,
        empty=_("No badge is live."),
    )


register_block("badges", _block)
