"""Where members stand, in the admin: read-only, with days, moves and the explanation; and grants, which can be ended."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loyalty.access.kinds import Role
from loyalty.access.site import (
    LatelyFilter,
    ProgramScoped,
    ReadOnly,
    actor_of,
    one_by_one,
    program_of,
    refusals_as_messages,
    staff_site,
    standing_in,
)
from loyalty.foundation.refusals import Text
from loyalty.programs.calendar import midnight
from loyalty.programs.clock import now_of
from loyalty.tiers.desk.whys import MemberTierPage
from loyalty.tiers.giving.granting import GrantWish, end_grant, grant
from loyalty.tiers.kinds import GrantSource
from loyalty.tiers.ladders.reading import ladder_of
from loyalty.tiers.models import Standing, TierDay, TierGrant, TierMove
from loyalty.tiers.telling.explaining import explain_tier

ROWS_MAX = 400  # a year of days and a little more


class GrantBar(ActionForm):
    """Which tier until when, and why. Never required: the bar serves all actions."""

    tier = forms.SlugField(label=_("Tier"), max_length=50, required=False)
    until = forms.DateField(
        label=_("Through"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=_("Reason"), max_length=50, required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class EndBar(ActionForm):
    """Why a grant ends."""

    reason = forms.CharField(label=_("Reason"), max_length=100, required=False)


class TierFilter(LatelyFilter):
    """One of the tiers of the ladder that is live."""

    def words(self, request: HttpRequest, model_admin: Any) -> list[str]:
        live = ladder_of(program_of(request).pk).live
        return [tier.slug for tier in live.terms.tiers] if live else []


@admin.register(Standing, site=staff_site)
class StandingAdmin(MemberTierPage, ReadOnly, ProgramScoped, admin.ModelAdmin[Standing]):
    """Members who have moved or were given a tier. Nothing is set by hand: a tier is counted, or given with an end."""

    saves_by_rule = True
    list_display = ("member", "in_force", "since", "slug", "through", "grace_through", "due_at")
    list_filter = (("in_force", TierFilter),)
    search_fields = ("member__external_id",)
    list_select_related = ("member",)
    ordering = ("-member_id",)
    fields = (
        "member", "in_force", "since", "slug", "how", "qualified_on", "counted_through", "through", "grace_through",
        "next_slug", "next_from", "due_at", "notice_at", "why", "grants", "moves_made", "days",
    )  # fmt: skip
    action_form = GrantBar
    actions = ("give_tier",)

    def get_readonly_fields(self, request: HttpRequest, obj: Standing | None = None) -> Any:
        return self.fields

    @admin.display(description=_("Why"))
    def why(self, standing: Standing) -> SafeString:
        """The explanation, a sentence a step."""
        program = standing.program
        told = explain_tier(program=program, member_id=standing.member_id, at=now_of(program))
        return format_html("<ul>{}</ul>", _items(step["sentence"] for step in told["steps"]))

    @admin.display(description=_("Grants"))
    def grants(self, standing: Standing) -> SafeString:
        rows = TierGrant.objects.filter(member_id=standing.member_id).order_by("-id")
        heads = (_("Tier"), _("From"), _("Until"), _("Source"), _("Reason"), _("Ended"))
        return _table(
            heads,
            [
                (
                    row.slug,
                    row.begins_at,
                    row.until,
                    row.get_source_display(),
                    row.reason,
                    row.ended_at,
                )
                for row in rows[:ROWS_MAX]
            ],
        )

    @admin.display(description=_("History"))
    def moves_made(self, standing: Standing) -> SafeString:
        rows = TierMove.objects.filter(member_id=standing.member_id).order_by("-number")
        heads = (
            _("From"),
            _("To"),
            _("Cause"),
            _("In force from"),
            _("Told"),
            _("Counted"),
            _("Of"),
        )
        return _table(
            heads,
            [
                (
                    row.from_slug,
                    row.to_slug,
                    row.get_cause_display(),
                    row.effective_from,
                    row.at,
                    row.counted,
                    row.threshold,
                )
                for row in rows[:ROWS_MAX]
            ],
        )

    @admin.display(description=_("Days"))
    def days(self, standing: Standing) -> SafeString:
        rows = TierDay.objects.filter(member_id=standing.member_id).order_by("-day")
        heads = (_("Day"), _("Points"), _("Money spent"), _("Orders"))
        told = [(row.day, row.points, row.spend, row.orders) for row in rows[:ROWS_MAX]]
        return _table(heads, told)

    @admin.action(description=_("Give a tier until"), permissions=["write"])
    def give_tier(self, request: HttpRequest, standings: QuerySet[Standing]) -> None:
        """Give the chosen members a tier through a day, each in a unit of its own."""
        bar = GrantBar(request.POST)
        bar.fields["action"].choices = self.get_action_choices(request)  # type: ignore[attr-defined]
        if not bar.is_valid():
            messages.error(request, _("Say which tier, until when, and why."))
            return
        told, program = bar.cleaned_data, program_of(request)
        until = midnight(told["until"], program.zone) if told["until"] else None
        wish = GrantWish(
            tier=told["tier"],
            until=until,
            source=GrantSource.STAFF,
            reason=told["reason"],
            note=told["note"],
        )
        done = 0
        for member_id in standings.values_list("member_id", flat=True):
            with refusals_as_messages(request):
                grant(
                    program=program,
                    member_id=member_id,
                    wish=wish,
                    actor=actor_of(request),
                    is_owner=Role.OWNER in standing_in(request).roles,
                    at=now_of(program),
                )
                done += 1
        messages.success(request, ngettext("%d tier given.", "%d tiers given.", done) % done)


@admin.register(TierGrant, site=staff_site)
class TierGrantAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[TierGrant]):
    """Given tiers. They are never changed; a longer one is a new one, and one that was a mistake is ended."""

    saves_by_rule = True
    list_display = (
        "shown_id",
        "member",
        "slug",
        "begins_at",
        "until",
        "source",
        "reason",
        "ended_at",
    )
    list_filter = ("source", ("slug", LatelyFilter))
    search_fields = ("member__external_id", "reference")
    list_select_related = ("member",)
    ordering = ("-id",)
    action_form = EndBar
    actions = ("end_grants",)

    @admin.action(description=_("End now"), permissions=["write"])
    def end_grants(self, request: HttpRequest, grants: QuerySet[TierGrant]) -> None:
        """End the chosen grants, each in a unit of its own; members fall to what they earned, at once."""
        done = one_by_one(
            request,
            grants,
            lambda grant_id, **by: end_grant(
                grant_id=grant_id, reason=str(request.POST.get("reason", "")), **by
            ),
        )
        if done:
            messages.success(request, ngettext("%d grant ended.", "%d grants ended.", done) % done)


def _table(heads: Sequence[Text], rows: Iterable[Sequence[Any]]) -> SafeString:
    """A plain table; what is absent is a dash."""
    head = format_html_join("", '<th scope="col">{}</th>', ((each,) for each in heads))
    body = format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in rows))
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, body)


def _cells(row: Sequence[Any]) -> SafeString:
    return format_html_join("", "<td>{}</td>", (("-" if each is None else each,) for each in row))


def _items(sentences: Iterable[str]) -> SafeString:
    return format_html_join("", "<li>{}</li>", ((each,) for each in sentences))
