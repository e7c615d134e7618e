"""Redemptions in the admin: what members got, what waits to be handed over, and undoing what was not used."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loyalty.access.site import (
    OfProgram,
    ProgramScoped,
    ReadOnly,
    figure,
    one_by_one,
    staff_site,
)
from loyalty.access.staff.standing import standing_of
from loyalty.programs.models import Program
from loyalty.rewards.afterwards.cancelling import cancel
from loyalty.rewards.afterwards.fulfilling import fulfil
from loyalty.rewards.desk.goodwill import MemberPages
from loyalty.rewards.desk.issued.sums import last_day_told
from loyalty.rewards.models import Redemption, Voucher


class WhyBar(ActionForm):
    """Why something is undone. Never required: the bar serves all actions."""

    reason = forms.CharField(label=_("Reason"), max_length=60, required=False)


@admin.register(Redemption, site=staff_site)
class RedemptionAdmin(MemberPages, ReadOnly, ProgramScoped, admin.ModelAdmin[Redemption]):
    """What members redeemed or were given, newest first. Rows are kept; only their state moves on, by deeds."""

    saves_by_rule = True
    empty_note = _("What members redeem or are given will stand here.")
    list_display = ("redeemed_at", "whose", "reward", "state", "is_waiting", "quantity", "points", "origin")  # fmt: skip
    list_filter = ("is_waiting", "state", "origin", ("reward", OfProgram))
    search_fields = ("member__external_id", "reward__slug")
    list_select_related = ("member", "reward")
    ordering = ("-id",)
    fields = (
        "shown_id", "whose", "reward", "revision", "quantity", "points", "currency", "origin", "state", "state_at",
        "state_reason", "state_by", "is_waiting", "vouchers", "worth", "reason", "note", "case", "redeemed_at",
        "member_may_cancel_until", "cancelled_at", "points_usable", "points_expired",
    )  # fmt: skip
    action_form = WhyBar
    actions = ("hand_over", "cancel_redemptions")
    change_form_template = "rewards/redemption.html"

    def allows(self, request: HttpRequest, verb: str) -> bool:
        """Whoever may see members, and the till, which hands over, see redemptions."""
        if verb == "read":
            return super().allows(request, "redeem") or self._may_see_members(request)
        return super().allows(request, verb)

    def _may_see_members(self, request: HttpRequest) -> bool:
        standing = standing_of(request)
        return standing is not None and standing.may("members:read")

    def get_readonly_fields(self, request: HttpRequest, obj: Redemption | None = None) -> Any:
        return self.fields

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """All of it, and what can be done to it."""
        may = {
            "may_hand_over": self.allows(request, "redeem"),
            "may_cancel": self.allows(request, "cancel"),
        }
        answer: HttpResponse = super().change_view(
            request, object_id, form_url, {**may, **(extra_context or {})}
        )
        return answer

    @admin.display(description=_("member"), ordering="member__external_id")
    def whose(self, row: Redemption) -> SafeString:
        address = reverse("admin:loyalty_redemption_of_member", args=[row.member_id])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, row.member)

    @admin.display(description=_("vouchers"))
    def vouchers(self, row: Redemption) -> SafeString | str:
        """The last four of each code, its state and end; whole codes are for their owners."""
        mine = Voucher.objects.filter(redemption=row).order_by("number")
        told = ((f"…{each.last_four}", each.get_state_display(), last_day_told(each.ends_at)) for each in mine)  # fmt: skip
        return format_html_join("", "<p><bdi>{}</bdi> · {} · {}</p>", told) or "-"

    @admin.action(description=_("Hand over"), permissions=["redeem"])
    def hand_over(
        self, request: HttpRequest, rows: QuerySet[Redemption]
    ) -> HttpResponseRedirect | None:
        """Note that the chosen ones were handed over, each in a unit of its own."""
        done = one_by_one(
            request,
            rows,
            lambda redemption_id, **by: fulfil(redemption_id=redemption_id, **by),
        )
        if done:
            messages.success(request, ngettext("%d handed over.", "%d handed over.", done) % done)
        return _back_to_its_page(request)

    @admin.action(description=_("Cancel and give the points back"), permissions=["cancel"])
    def cancel_redemptions(
        self, request: HttpRequest, rows: QuerySet[Redemption]
    ) -> HttpResponseRedirect | None:
        """Undo the chosen ones of which nothing was used, each in a unit of its own."""
        done = one_by_one(
            request,
            rows,
            lambda redemption_id, **by: cancel(
                redemption_ids=[redemption_id],
                reason=str(request.POST.get("reason", "")).strip()[:60],
                **by,
            ),
        )
        if done:
            messages.success(request, ngettext("%d cancelled.", "%d cancelled.", done) % done)
        return _back_to_its_page(request)


def _back_to_its_page(request: HttpRequest) -> HttpResponseRedirect | None:
    """Who did it on the page of one redemption stays there."""
    chosen = request.POST.getlist("_selected_action")
    if "from_page" not in request.POST or len(chosen) != 1:
        return None
    return HttpResponseRedirect(reverse("admin:loyalty_redemption_change", args=chosen))


@figure(
    slug="rewards-waiting",
    question=_("What waits to be handed over?"),
    unit=_("rewards"),
    deed="rewards:redeem",
    link="admin:loyalty_redemption_changelist",
    order=45,
)
def waiting_to_be_handed_over(program: Program, at: datetime) -> int:
    """What members redeemed and still have to get."""
    return Redemption.objects.filter(program=program, is_waiting=True).count()
