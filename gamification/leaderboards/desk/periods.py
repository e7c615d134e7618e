"""Periods of boards in the admin: where each stands, its first places, what they won, what was noted after the end."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from gamification.leaderboards.kinds import EVER
from gamification.leaderboards.models import BoardNote, BoardPeriod
from gamification.leaderboards.ranks.browsing import top_of
from gamification.leaderboards.ranks.ranking import Histogram, members_of, ranked
from gamification.leaderboards.seeing.naming import names_of
from gamification.prizes.models import PrizeGrant
from loyalty.access.site import ProgramScoped, ReadOnly, staff_site
from loyalty.members.persons import Member

FIRST: Final = 50
NOTES: Final = 50
NONE: Final = "–"  # noqa: RUF001 (as everywhere on these pages)


@admin.register(BoardPeriod, site=staff_site)
class BoardPeriodAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[BoardPeriod]):
    """Every period of every board. Nothing is changed here: scores follow deeds, and what is final stands."""

    topic = "boards"
    program_path = "definition__program"
    empty_note = _(
        "Periods of leaderboards will stand here: they open by the calendar once a board is live."
    )
    list_display = ("board", "key", "state", "starts_told", "ends_told", "shown")
    list_filter = ("state",)
    list_select_related = ("definition",)
    search_fields = ("key", "definition__slug")
    ordering = ("-starts_at", "definition__slug")
    fields = ("board", "key", "state", "starts_told", "ends_told", "closes_told", "final_at", "shown", "first", "notes_told")  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: BoardPeriod | None = None) -> Any:
        return self.fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[BoardPeriod]:
        rows: QuerySet[BoardPeriod] = super().get_queryset(request)
        return rows.select_related("definition", "version")

    @admin.display(description=_("board"), ordering="definition__slug")
    def board(self, row: BoardPeriod) -> str:
        return str(row.definition)

    @admin.display(description=_("starts"), ordering="starts_at", empty_value=NONE)
    def starts_told(self, row: BoardPeriod) -> Any:
        return None if row.key == EVER else row.starts_at

    @admin.display(description=_("ends"), ordering="ends_at", empty_value=NONE)
    def ends_told(self, row: BoardPeriod) -> Any:
        return None if row.key == EVER else row.ends_at

    @admin.display(description=_("closes"), empty_value=NONE)
    def closes_told(self, row: BoardPeriod) -> Any:
        return None if row.key == EVER else row.closes_at

    @admin.display(description=_("members shown"))
    def shown(self, row: BoardPeriod) -> int:
        return members_of(_histogram(row))

    @admin.display(description=_("First places"))
    def first(self, row: BoardPeriod) -> SafeString:
        """The first fifty: place, rank, who it is and as whom they are seen, the score, what they won."""
        histogram = _histogram(row)
        rows = ranked(histogram, top_of(histogram, limit=FIRST))
        members = Member.objects.in_bulk([each.spot.member_id for each in rows])
        names = names_of([each.spot for each in rows])
        won = _won(row)
        heads = (_("Place"), _("Rank"), _("Member"), _("Seen as"), _("Score"), _("Won"))
        return format_html(
            '<table><caption class="visually-hidden">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
            _("First places"),
            format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads)),
            format_html_join(
                "",
                "<tr><td>{}</td><td>{}</td><td><bdi>{}</bdi></td><td><bdi>{}</bdi></td><td>{}</td><td>{}</td></tr>",
                (
                    (
                        each.place,
                        each.rank,
                        members.get(each.spot.member_id) or NONE,
                        names[each.spot.member_id],
                        localize(each.spot.score),
                        won.get(each.spot.member_id, NONE),
                    )
                    for each in rows
                ),
            ),
        )

    @admin.display(description=_("Notes after the end"), empty_value=NONE)
    def notes_told(self, row: BoardPeriod) -> SafeString | None:
        """What came back after the period was final."""
        notes = BoardNote.objects.filter(period=row).select_related("member").order_by("-at")
        return (
            format_html_join(
                "",
                "<p><bdi>{}</bdi>: {} · {}</p>",
                ((note.member, localize(note.delta), localize(note.at)) for note in notes[:NOTES]),
            )
            or None
        )


def _histogram(row: BoardPeriod) -> Histogram:
    return Histogram(period_id=row.pk, bits=row.bucket_bits)


def _won(row: BoardPeriod) -> dict[Any, str]:
    """What members won in this period."""
    grants = PrizeGrant.objects.filter(definition_id=row.definition_id, occasion=row.key)
    return {
        grant.member_id: f"{localize(grant.amount)} · {grant.kind} · {grant.state}"
        for grant in grants
    }
