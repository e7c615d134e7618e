"""Periods of boards in the admin: where each stands, its first places, what they won, what was noted after the end."""

from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.hands.pages import ByHand
from gamification.leaderboards.desk.forms import CloseForm, EntryForm
from gamification.leaderboards.desk.lines import (
    NONE,
    entry_link,
    histogram_of,
    instant_told,
    won_in,
)
from gamification.leaderboards.entries.suspending import decide_entry
from gamification.leaderboards.kinds import EVER
from gamification.leaderboards.models import BoardNote, BoardPeriod, BoardRuling, BoardScore
from gamification.leaderboards.periods.cutting_short import close_early
from gamification.leaderboards.ranks.browsing import top_of
from gamification.leaderboards.ranks.ranking import members_of, ranked
from gamification.leaderboards.seeing.naming import names_of
from gamification.prizes.kinds import GrantState
from gamification.prizes.models import PrizeGrant
from loyalty.access.site import ProgramScoped, ReadOnly, actor_of, program_of, staff_site
from loyalty.foundation.ids import Id
from loyalty.members.persons import Member
from loyalty.programs.clock import now_of
from loyalty.programs.texts import in_a_row

FIRST: Final = 50
NOTES: Final = 50


@admin.register(BoardPeriod, site=staff_site)
class BoardPeriodAdmin(ByHand, ReadOnly, ProgramScoped, admin.ModelAdmin[BoardPeriod]):
    """Every period of every board. Scores follow deeds, and what is final stands; people decide about entries before."""

    saves_by_rule = True
    change_form_template = "gamification/board_period.html"

    topic = "boards"
    program_path = "definition__program"
    empty_note = _(
        "Periods of leaderboards will stand here: they open by the calendar once a board is live."
    )
    list_display = ("board", "key", "state", "ends_told", "final_at", "shown", "prizes")
    list_filter = ("state",)
    list_select_related = ("definition",)
    search_fields = ("key", "definition__slug")
    ordering = ("-starts_at", "definition__slug")
    fields = ("board", "key", "state", "starts_told", "ends_told", "closes_told", "final_at", "shown", "prizes", "first", "suspended_told", "notes_told")  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: BoardPeriod | None = None) -> Any:
        return self.fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[BoardPeriod]:
        rows: QuerySet[BoardPeriod] = super().get_queryset(request)
        grants = PrizeGrant.objects.filter(
            definition=OuterRef("definition"), occasion=OuterRef("key")
        ).order_by()
        counts = {
            f"prizes_{state}": Subquery(
                grants.filter(state=state).values("occasion").annotate(n=Count("*")).values("n")
            )
            for state in GrantState.values
        }
        return rows.select_related("definition", "version").annotate(**counts)

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "gamification_boardperiod"
        return [
            path("<uuid:row_id>/close/", view(self.close_view), name=f"{name}_close"),
            path("<uuid:row_id>/entry/", view(self.entry_view), name=f"{name}_entry"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The period, and the ways to decide about it while it goes on."""
        told = {"may_decide": self.allows(request, "write")}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **told})

    def close_view(self, request: HttpRequest, row_id: Id) -> HttpResponse:
        """Cut the hours of grace short."""
        period, program = self._period(request, row_id), program_of(request)
        form = CloseForm(request.POST or None)
        return self.hand_page(
            request,
            form=form,
            title=_("Close early"),
            done=_("The period closes in five minutes."),
            about={
                "explained": _(
                    "What is told after that counts for it no more, nor what comes back."
                )
            },
            act=lambda: close_early(
                program=program,
                period_id=period.pk,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                at=now_of(program),
            ),
        )

    def entry_view(self, request: HttpRequest, row_id: Id) -> HttpResponse:
        """Keep a member's entry from the board, or let it stand again."""
        period, program = self._period(request, row_id), program_of(request)
        form = EntryForm(request.POST or None, initial=request.GET.dict())
        return self.hand_page(
            request,
            form=form,
            title=_("Decide about an entry"),
            done=_("Decided."),
            about={
                "explained": _("A suspended entry counts on, is shown to nobody and wins nothing."),
                "period": period,
                "rulings": BoardRuling.objects.filter(period=period)
                .select_related("member")
                .order_by("-pk")[:NOTES],
            },
            act=lambda: decide_entry(
                program=program,
                decision=form.decision(program, period),
                actor=actor_of(request),
                at=now_of(program),
            ),
        )

    def _period(self, request: HttpRequest, row_id: Id) -> BoardPeriod:
        """What is decided about; for those who may decide."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        row = self.get_queryset(request).filter(pk=row_id).first()
        if row is None:
            raise Http404
        return row

    @admin.display(description=_("Prizes"))
    def prizes(self, row: BoardPeriod) -> str:
        """How many were given, held back, taken back."""
        told = [
            f"{state.label}: {localize(count)}"
            for state in GrantState
            if (count := getattr(row, f"prizes_{state.value}", None))
        ]
        return in_a_row(told) or NONE

    @admin.display(description=_("Suspended entries"))
    def suspended_told(self, row: BoardPeriod) -> str:
        """Whose entries people keep from the board."""
        kept = BoardScore.objects.filter(period=row, suspended_at__isnull=False)
        members = Member.objects.in_bulk(list(kept.values_list("member_id", flat=True)[:NOTES]))
        lines = ((entry_link(row, each),) for each in members.values())
        return format_html_join("", "<p>{}</p>", lines) or NONE

    @admin.display(description=_("board"), ordering="definition__slug")
    def board(self, row: BoardPeriod) -> str:
        return str(row.definition)

    @admin.display(description=_("starts"), ordering="starts_at")
    def starts_told(self, row: BoardPeriod) -> str:
        return NONE if row.key == EVER else instant_told(row.starts_at)

    @admin.display(description=_("ends"), ordering="ends_at")
    def ends_told(self, row: BoardPeriod) -> str:
        return NONE if row.key == EVER else instant_told(row.ends_at)

    @admin.display(description=_("closes"))
    def closes_told(self, row: BoardPeriod) -> str:
        return NONE if row.key == EVER else instant_told(row.closes_at)

    @admin.display(description=_("members shown"))
    def shown(self, row: BoardPeriod) -> int:
        return members_of(histogram_of(row))

    @admin.display(description=_("First places"))
    def first(self, row: BoardPeriod) -> SafeString:
        """The first fifty: place, rank, who it is and as whom they are seen, the score, what they won."""
        histogram = histogram_of(row)
        rows = ranked(histogram, top_of(histogram, limit=FIRST))
        members = Member.objects.in_bulk([each.spot.member_id for each in rows])
        names = names_of([each.spot for each in rows])
        won = won_in(row)
        heads = (_("Place"), _("Rank"), _("Member"), _("Seen as"), _("Score"), _("Won"))
        return format_html(
            '<table><caption class="visually-hidden">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
            _("First places"),
            format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads)),
            format_html_join(
                "",
                "<tr><td>{}</td><td>{}</td><td>{}</td><td><bdi>{}</bdi></td><td>{}</td><td>{}</td></tr>",
                (
                    (
                        each.place,
                        each.rank,
                        entry_link(row, members.get(each.spot.member_id)),
                        names[each.spot.member_id],
                        localize(each.spot.score),
                        won.get(each.spot.member_id, NONE),
                    )
                    for each in rows
                ),
            ),
        )

    @admin.display(description=_("Notes after the end"))
    def notes_told(self, row: BoardPeriod) -> str:
        """What came back after the period was final."""
        notes = BoardNote.objects.filter(period=row).select_related("member").order_by("-at")
        return (
            format_html_join(
                "",
                "<p><bdi>{}</bdi>: {} · {}</p>",
                (
                    (note.member, localize(note.delta), instant_told(note.at))
                    for note in notes[:NOTES]
                ),
            )
            or NONE
        )
