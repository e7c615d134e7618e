"""Vouchers in the admin: looked up by code, shown by their last four, cancelled and extended by rules."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loyalty.access import auditing
from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    fresh,
    one_by_one,
    program_of,
    staff_site,
    standing_in,
)
from loyalty.access.staff.standing import standing_of
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, NotFound
from loyalty.programs.clock import now_of
from loyalty.rewards.desk.issued.forms import CodeForm, VoucherBar
from loyalty.rewards.desk.issued.pictures import as_data_address
from loyalty.rewards.desk.issued.sums import last_day_told, moment_told
from loyalty.rewards.ending.extending import extend
from loyalty.rewards.guesses.guessing import PERSON, Guesser, begin, note_bad, note_good
from loyalty.rewards.kinds import RewardKind
from loyalty.rewards.models import Voucher
from loyalty.rewards.undoing.withdrawing import withdraw
from loyalty.rewards.using.inspecting import inspect, uses_of
from loyalty.rewards.using.picturing import picture_of
from loyalty.rewards.voucher_kinds import state_by_clock
from loyalty.rewards.vouchers.rows import vouchers_of
from loyalty.rewards.vouchers.showing import opened_vouchers


@admin.register(Voucher, site=staff_site)
class VoucherAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Voucher]):
    """Vouchers that are out, newest first. Codes are for their owners: here stand the last four."""

    saves_by_rule = True
    change_list_template = "rewards/vouchers.html"
    change_form_template = "rewards/voucher.html"
    empty_note = _("Vouchers that members redeem or are given will stand here.")
    list_display = (
        "ending_in",
        "reward",
        "stands",
        "member",
        "origin",
        "good_through",
        "issued_at",
    )
    list_filter = ("state", "kind", "origin")
    search_fields = ("last_four", "member__external_id")
    list_select_related = ("member", "program", "revision__reward")
    list_per_page = 50
    ordering = ("-id",)
    fields = (
        "shown_id", "ending_in", "kind", "stands", "reward", "member", "is_bound", "origin", "redemption", "batch",
        "issued_at", "starts_at", "good_through", "reserved_until", "redeemed_at", "cancelled_at", "uses",
    )  # fmt: skip
    action_form = VoucherBar
    actions = ("extend_vouchers", "cancel_chosen")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Voucher]:
        return super().get_queryset(request).exclude(kind=RewardKind.GIFT_CARD)

    def allows(self, request: HttpRequest, verb: str) -> bool:
        """Whoever may see members sees what they were given."""
        if verb == "read":
            standing = standing_of(request)  # nobody yet, on the page for signing in
            return standing is not None and standing.may("members:read")
        return super().allows(request, verb)

    def get_readonly_fields(self, request: HttpRequest, obj: Voucher | None = None) -> Any:
        return self.fields

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("look-up/", view(self.look_up_view), name="loyalty_voucher_look_up"),
            path("<uuid:voucher_id>/code/", view(self.code_view), name="loyalty_voucher_code"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        told = {"may_inspect": self.allows(request, "inspect")}
        return super().changelist_view(request, {**told, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        told = {"may_inspect": self.allows(request, "inspect"), "voucher_id": object_id}
        return super().change_view(request, object_id, form_url, {**told, **(extra_context or {})})

    @admin.display(description=_("code"), ordering="last_four")
    def ending_in(self, voucher: Voucher) -> SafeString:
        return format_html("<bdi>…\u2060{}</bdi>", voucher.last_four or "?")

    @admin.display(description=_("state"), ordering="state")
    def stands(self, voucher: Voucher) -> str:
        """By the clock, whatever a job has written (W-31)."""
        told = state_by_clock(
            voucher.state,
            reserved_until=voucher.reserved_until,
            ends_at=voucher.ends_at,
            at=now_of(voucher.program),
        )
        return str(told.label)

    @admin.display(description=_("reward"))
    def reward(self, voucher: Voucher) -> str:
        return str(voucher.revision.reward) if voucher.revision else "-"

    @admin.display(description=_("Good through"), ordering="ends_at")
    def good_through(self, voucher: Voucher) -> str:
        return last_day_told(voucher.ends_at)

    @admin.display(description=_("used"))
    def uses(self, voucher: Voucher) -> SafeString | str:
        told = (
            (moment_told(each.at), _("came back") if each.reinstated_at else "")
            for each in uses_of(voucher.pk)
        )
        return format_html_join("", "<p>{} {}</p>", told) or "-"

    def look_up_view(self, request: HttpRequest) -> HttpResponseBase:
        """What is the matter with a code; every attempt is counted, as at a till."""
        if not self.allows(request, "inspect"):
            raise PermissionDenied
        program, form, told = program_of(request), CodeForm(request.POST or None), {}
        if request.method == "POST" and form.is_valid():
            try:
                told = self._inspected(request, form.cleaned_data["code"])
            except DomainError as refusal:
                form.add_error("code", refusal.sentence())
        around = self.admin_site.each_context(request)
        page = {"title": _("Look a code up"), "form": form, "opts": self.opts, "program": program}
        response = TemplateResponse(request, "rewards/look_up.html", {**around, **page, **told})
        response.headers["Cache-Control"] = "no-store"
        return response

    def _inspected(self, request: HttpRequest, code: str) -> dict[str, Any]:
        program = program_of(request)
        at = now_of(program)
        person = [Guesser(kind="staff", id=standing_in(request).user.pk, limits=PERSON)]
        mark = begin(person, at=at)
        found = inspect(program=program, code=code, at=at)
        if found.row is None:
            note_bad(person, program=program, mark=mark, card_id=None, at=at)
            return {"found": found, "voucher": None}
        note_good(person, mark=mark)
        voucher = Voucher.objects.select_related("member", "revision__reward").get(pk=found.row.id)
        through = last_day_told(voucher.ends_at)
        return {
            "found": found,
            "voucher": voucher,
            "is_card": found.row.is_card,
            "through": through,
        }

    @method_decorator(fresh)
    def code_view(self, request: HttpRequest, voucher_id: Id) -> HttpResponseBase:
        """The whole code, after the password once more, with an audit row (S-31)."""
        if not self.allows(request, "inspect"):
            raise PermissionDenied
        program = program_of(request)
        rows = vouchers_of(program=program, voucher_ids=[voucher_id])
        if not rows:
            raise Http404
        deed = auditing.Deed(
            program_id=program.pk,
            actor=actor_of(request),
            action="voucher.code_shown",
            at=now_of(program),
            object_kind="voucher",
            object_id=rows[0].shown_id,
        )
        auditing.record(deed)
        told: dict[str, Any] = {"title": _("The code"), "opts": self.opts, "row": rows[0]}
        told["opened"] = opened_vouchers(program=program, voucher_ids=[voucher_id])[voucher_id]
        try:
            picture = picture_of(program=program, row=rows[0], as_png=False)
        except NotFound:
            picture = b""
        told["picture"] = as_data_address(picture) if picture else ""
        around = self.admin_site.each_context(request)
        response = TemplateResponse(request, "rewards/code.html", {**around, **told})
        response.headers["Cache-Control"] = "no-store"
        return response

    @admin.action(description=_("Extend"), permissions=["extend"])
    def extend_vouchers(self, request: HttpRequest, rows: QuerySet[Voucher]) -> None:
        """Give the chosen ones a later end, each in a unit of its own."""
        bar = VoucherBar(request.POST)
        last_day = bar.fields["last_day"].clean(request.POST.get("last_day") or None)
        if last_day is None:
            messages.error(request, _("Say through which day they shall be good."))
            return
        done = one_by_one(
            request,
            rows,
            lambda voucher_id, **by: extend(
                voucher_id=voucher_id,
                last_day=last_day,
                reason=str(request.POST.get("reason", "")).strip()[:60],
                **by,
            ),
        )
        if done:
            messages.success(request, ngettext("%d extended.", "%d extended.", done) % done)

    @admin.action(description=_("Cancel for good"), permissions=["cancel"])
    def cancel_chosen(self, request: HttpRequest, rows: QuerySet[Voucher]) -> None:
        """Cancel the chosen ones that were not used; those of redemptions are cancelled there, with their points."""
        done = one_by_one(
            request,
            rows,
            lambda voucher_id, **by: withdraw(
                voucher_id=voucher_id, reason=str(request.POST.get("reason", "")).strip()[:60], **by
            ),
        )
        if done:
            messages.success(request, ngettext("%d cancelled.", "%d cancelled.", done) % done)
