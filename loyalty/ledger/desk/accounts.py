"""Accounts and holds in the admin, and the page that tells the story of a member's points."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loyalty.access.site import (
    OfProgram,
    ProgramScoped,
    ReadOnly,
    actor_of,
    one_by_one,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.wire.pagination import LIMIT_DEFAULT
from loyalty.ledger import holding
from loyalty.ledger.adjusting import Adjustment, adjust
from loyalty.ledger.desk.correcting import CorrectionPage
from loyalty.ledger.desk.forms import AdjustmentBar, ReasonBar, read_bar
from loyalty.ledger.desk.lines import currency_names, lines_told
from loyalty.ledger.kinds import HoldState
from loyalty.ledger.models import Account, Hold
from loyalty.ledger.reports import balances
from loyalty.ledger.reports.statements import statement
from loyalty.members.models import Member
from loyalty.programs.clock import now_of


@admin.register(Account, site=staff_site)
class AccountAdmin(CorrectionPage, ReadOnly, ProgramScoped, admin.ModelAdmin[Account]):
    """Who has what. The parts are shown as they stand; points are corrected through the rule."""

    saves_by_rule = True
    list_display = ("shown_id", "owner", "currency", "available", "pending", "held", "negative")
    list_filter = (("currency", OfProgram),)
    search_fields = ("member__external_id",)
    list_select_related = ("member", "currency")
    ordering = ("-id",)
    fields = (
        "shown_id", "story", "currency", "money", "available", "pending", "held", "negative", "balance",
        "opened_at", "closed_at",
    )  # fmt: skip
    action_form = AdjustmentBar
    actions = ["adjust_points"]

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> Any:
        return self.fields

    def get_urls(self) -> list[URLPattern]:
        """The story of a member's points, beside Django's own pages."""
        story = path(
            "member/<uuid:member_id>/",
            self.admin_site.admin_view(self.story_view),
            name="loyalty_account_story",
        )
        return [story, *super().get_urls()]

    @admin.display(description=_("Owner"))
    def owner(self, account: Account) -> str:
        return str(account.member or _("Gift card"))

    @admin.display(description=_("Story"))
    def story(self, account: Account) -> str:
        """The way to the page that tells everything about this member's points."""
        if account.member_id is None:
            return ""
        address = reverse("admin:loyalty_account_story", args=[account.member_id])
        return format_html('<a href="{}">{}</a>', address, account.member)

    @admin.action(description=_("Adjust points"), permissions=["adjust"])
    def adjust_points(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        """Correct the chosen accounts, all or none; a double click counts once."""
        with refusals_as_messages(request):
            told, program = read_bar(request, wants_points=True), program_of(request)
            chosen = list(accounts.filter(member__isnull=False))
            currencies = {account.currency_id for account in chosen}
            if len(currencies) != 1:
                messages.error(request, _("Choose accounts of one currency."))
                return
            adjusted = adjust(
                program=program,
                member_ids=[account.member_id for account in chosen if account.member_id],
                adjustment=Adjustment(
                    points=told.points,
                    reason=told.reason,
                    note=told.note,
                    currency_id=currencies.pop() or Id(int=0),
                    allow_debt=told.allow_debt,
                ),
                key=told.key,
                actor=actor_of(request),
                at=now_of(program),
            )
            if adjusted.proposal:
                messages.warning(
                    request, _("A second person must approve this. Nothing has moved yet.")
                )
            else:
                messages.success(request, _("Adjusted."))

    def story_view(self, request: HttpRequest, member_id: Id) -> HttpResponseBase:
        """One member: balances, what comes, open holds, and every entry with its sentence, newest first."""
        if not self.allows(request, "read"):
            raise PermissionDenied
        program = program_of(request)
        member = Member.objects.filter(program=program, pk=member_id).first()
        if member is None:
            raise Http404
        page = statement(
            member=member, limit=LIMIT_DEFAULT, cursor=request.GET.get("cursor") or None
        )
        at, names = now_of(program), currency_names(program)
        held: Any = balances.balances_of(program, [member.pk], at)[member.pk]
        context = {
            **self.admin_site.each_context(request),
            "title": _("The points of {member}").format(member=member),
            "member": member,
            "opts": self.opts,
            "balances": [(names.get(slug, slug), parts) for slug, parts in held.items()],
            "coming": [
                {**end, "currency": names.get(end["currency"], end["currency"])}
                for end in balances.coming_ends_of(program=program, member=member)
            ],
            "holds": Hold.objects.filter(account__member=member, state=HoldState.HELD),
            "entries": lines_told(page.entries, program=program),
            "next": page.cursor,
            "may_adjust": self.allows(request, "adjust"),
        }
        return TemplateResponse(request, "ledger/story.html", context)


@admin.register(Hold, site=staff_site)
class HoldAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Hold]):
    """Points set aside. What nobody will fetch any more can be given back before its time."""

    saves_by_rule = True
    list_display = ("shown_id", "owner", "points", "captured", "state", "held_at", "expires_at")
    list_filter = ("state",)
    readonly_fields = ("quote",)
    exclude = ("quote_id", "order_key")
    search_fields = ("account__member__external_id",)
    list_select_related = ("account__member",)
    ordering = ("-id",)
    action_form = ReasonBar
    actions = ["release_holds"]

    @admin.display(description=_("Owner"), ordering=F("account__member__external_id"))
    def owner(self, hold: Hold) -> str:
        return str(hold.account.member or _("Gift card"))

    @admin.display(description=_("Quote"))
    def quote(self, hold: Hold) -> str:
        """The quote at whose price the points were set aside."""
        if hold.quote_id is None:
            return "-"
        address = reverse("admin:loyalty_quote_change", args=[hold.quote_id])
        return format_html('<a href="{}">{}</a>', address, shown("quo", hold.quote_id))

    @admin.action(description=_("Release"), permissions=["release"])
    def release_holds(self, request: HttpRequest, holds: QuerySet[Hold]) -> None:
        """Give back what the chosen holds set aside, each in a unit of its own."""
        done = one_by_one(
            request,
            holds,
            lambda hold_id, **by: holding.release(hold_id=hold_id, **by),
        )
        if done:
            messages.success(
                request, ngettext("%d hold released.", "%d holds released.", done) % done
            )
