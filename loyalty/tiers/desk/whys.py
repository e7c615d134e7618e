"""A member's tier, explained to staff: why this one, what keeps it, what is missing, until when; every number from its days."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import accumulate
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from loyalty.access.site import program_of, standing_in
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Text
from loyalty.members.models import Member
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program
from loyalty.tiers.book import COLUMN, open_book
from loyalty.tiers.desk.amounts import amount
from loyalty.tiers.kinds import Metric
from loyalty.tiers.models import TierMove
from loyalty.tiers.telling.explaining import METRICS, explain_tier
from loyalty.tiers.telling.showing import show_ladder, show_tiers

MOVES_MAX: Final = 100
NONE: Final = "–"  # noqa: RUF001 (as everywhere on these pages)


class MemberTierPage:
    """The page of one member's tier, beside Django's own pages of standings."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        """The page of one member."""
        page = path(
            "member/<uuid:member_id>/",
            self.admin_site.admin_view(self.member_view),
            name="loyalty_standing_of_member",
        )
        around: Any = super()
        return [page, *around.get_urls()]

    def member_view(self, request: HttpRequest, member_id: Id) -> HttpResponseBase:
        """Why the member is in this tier, and what comes next."""
        if not standing_in(request).may("tiers:read"):
            raise PermissionDenied
        program = program_of(request)
        member = Member.objects.filter(program=program, pk=member_id).first()
        if member is None:
            raise Http404
        at = now_of(program)
        told: Any = show_tiers(program, [member.pk], at).get(member.pk)
        if told is None:
            raise Http404
        why = explain_tier(program=program, member_id=member.pk, at=at)
        counted = _counted(program, member.pk, why["steps"], at=at)
        ladder = show_ladder(program=program)["data"]
        names = {tier["slug"]: tier["name"] for tier in ladder}
        return TemplateResponse(
            request,
            "tiers/why.html",
            {
                **self.admin_site.each_context(request),
                "title": _("The tier of {member}").format(member=member),
                "opts": self.opts,
                "member": member,
                "tier": told,
                "steps": why["steps"],
                "moves": _moves(member, names, counted["money"]),
                "coming": list(_coming(told, names, counted["money"])),
                **counted,
            },
        )


def _counted(
    program: Program, member_id: Id, steps: Sequence[Mapping[str, Any]], *, at: datetime
) -> dict[str, Any]:
    """The days that the explanation sums up, each with its running sum, newest first; the last sum is the one told."""
    book = open_book(program=program, member_ids=[member_id], at=at)
    assert book.terms is not None
    metric = book.terms.metric
    (told,) = [step["values"] for step in steps if step["code"] == "counted"]
    first, last = date.fromisoformat(told["first"]), date.fromisoformat(told["last"])
    column = COLUMN[metric]
    mine = [
        (day, figures[column])
        for day, figures in book.figures(member_id)
        if first <= day <= last and figures[column]
    ]
    sums = accumulate(counted for _day, counted in mine)
    money = program if metric == Metric.SPEND else None
    rows = [
        (day, amount(counted, money), amount(total, money))
        for (day, counted), total in zip(mine, sums, strict=True)
    ]
    said: Text = METRICS[metric]
    return {
        "days": rows[::-1],
        "metric": said,
        "sum": told["counted"],
        "first": first,
        "last": last,
        "money": money,
    }


def _moves(
    member: Member, names: Mapping[str, str], money: Program | None
) -> Iterator[tuple[TierMove, str, str, str, str]]:
    """The newest moves with the names of their tiers, and what was counted as people read it."""
    for move in TierMove.objects.filter(member=member).order_by("-number")[:MOVES_MAX]:
        yield (
            move,
            names.get(move.from_slug, move.from_slug),
            names.get(move.to_slug, move.to_slug),
            NONE if move.counted is None else amount(move.counted, money),
            NONE if move.threshold is None else amount(move.threshold, money),
        )


def _coming(
    told: Mapping[str, Any], names: Mapping[str, str], money: Program | None
) -> Iterator[tuple[str, str, str, str]]:
    """What happens when, to which tier, how much is missing, and by when: risks first, then chances."""
    for risk in told["risks"]:
        what = _("Falls on {on} to").format(on=date_format(risk["at"], "DATE_FORMAT"))
        missing = NONE if risk["missing"] is None else amount(risk["missing"], money)
        yield what, names.get(risk["to"], risk["to"]), missing, _day(risk["keep_by"])
    for chance in told["opportunities"]:
        for left in chance["remaining"]:
            missing = amount(left["missing"], money)
            yield _("Climbs to"), chance["name"], missing, _day(left["by"])
    later = told["projected"]
    what = _("After the next review, if nothing more is earned")
    yield what, names.get(later, later), NONE, NONE


def _day(told: Any) -> str:
    """A day of the answers of the API, as people read it."""
    if not told:
        return NONE
    return date_format(date.fromisoformat(told) if isinstance(told, str) else told, "DATE_FORMAT")
