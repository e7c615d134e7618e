"""Gift cards in the admin: what is left on each, its PIN renewed, the rest cancelled; all by rules."""

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loyalty.access.site import (
    LatelyFilter,
    ProgramScoped,
    ReadOnly,
    one_by_one,
    staff_site,
)
from loyalty.access.staff.standing import standing_of
from loyalty.ledger.reports.cards import card_balances
from loyalty.rewards.desk.issued.sums import last_day_told, moment_told, sum_told
from loyalty.rewards.gift_cards.renewing import renew_pin
from loyalty.rewards.models import GiftCard
from loyalty.rewards.undoing.withdrawing import withdraw
from loyalty.rewards.using.inspecting import uses_of

_LEFT: Final = """
    SELECT COALESCE(sum(available + held), 0)::bigint FROM loyalty_account WHERE voucher_id = loyalty_giftcard.voucher_id
"""


class CardBar(ActionForm):
    """Why a card is cancelled. Never required: the bar serves all actions."""

    reason = forms.CharField(label=_("Reason"), max_length=60, required=False)


@admin.register(GiftCard, site=staff_site)
class GiftCardAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[GiftCard]):
    """Gift cards, newest first. Their money moves at tills and by returns; here it is looked at."""

    saves_by_rule = True
    empty_note = _("Gift cards that are sold, redeemed or given will stand here.")
    list_display = ("ending_in", "worth", "left", "paid_with", "stands", "whose", "issued", "ends")
    list_filter = ("paid_with", ("currency", LatelyFilter), "voucher__state")
    search_fields = ("voucher__last_four", "voucher__member__external_id")
    list_select_related = ("voucher__member",)
    ordering = ("-voucher_id",)
    fields = (
        "ending_in", "worth", "left", "held", "paid_with", "stands", "whose", "issued", "ends", "wrong",
        "drawings", "whole_code",
    )  # fmt: skip
    action_form = CardBar
    actions = ("renew_pins", "cancel_cards")

    def allows(self, request: HttpRequest, verb: str) -> bool:
        """Whoever may see members sees what they were given."""
        if verb == "read":
            standing = standing_of(request)  # nobody yet, on the page for signing in
            return standing is not None and standing.may("members:read")
        return super().allows(request, verb)

    def get_queryset(self, request: HttpRequest) -> QuerySet[GiftCard]:
        """With what is left on each: the ledger's table, one query for the page."""
        cards: QuerySet[GiftCard] = super().get_queryset(request)
        left = RawSQL(_LEFT, [])  # noqa: S611 (no value of anybody's)
        return cards.annotate(left_now=left)

    def get_readonly_fields(self, request: HttpRequest, obj: GiftCard | None = None) -> Any:
        return self.fields

    @admin.display(description=_("code"))
    def ending_in(self, card: GiftCard) -> SafeString:
        return format_html("<bdi>…\u2060{}</bdi>", card.voucher.last_four or "?")

    @admin.display(description=_("value"), ordering="value")
    def worth(self, card: GiftCard) -> str:
        return sum_told(card.value, card.currency)

    @admin.display(description=_("left"))
    def left(self, card: GiftCard) -> str:
        return sum_told(card.left_now, card.currency)  # type: ignore[attr-defined]

    @admin.display(description=_("of it held by baskets"))
    def held(self, card: GiftCard) -> str:
        balance = card_balances([card.voucher_id]).get(card.voucher_id)
        return sum_told(balance.held if balance else 0, card.currency)

    @admin.display(description=_("state"), ordering="voucher__state")
    def stands(self, card: GiftCard) -> str:
        return str(card.voucher.get_state_display())

    @admin.display(description=_("member"))
    def whose(self, card: GiftCard) -> str:
        return str(card.voucher.member or "-")

    @admin.display(description=_("issued"), ordering="voucher__issued_at")
    def issued(self, card: GiftCard) -> str:
        return moment_told(card.voucher.issued_at)

    @admin.display(description=_("Good through"), ordering="voucher__ends_at")
    def ends(self, card: GiftCard) -> str:
        return last_day_told(card.voucher.ends_at)

    @admin.display(description=_("wrong PINs"))
    def wrong(self, card: GiftCard) -> int:
        return card.wrong_pins

    @admin.display(description=_("drawn"))
    def drawings(self, card: GiftCard) -> SafeString | str:
        """When it paid, how much, and what returns brought back."""
        told = (
            (
                moment_told(each.at),
                sum_told(each.amount or 0, card.currency),
                sum_told(each.given_back, card.currency),
            )
            for each in uses_of(card.voucher_id)
        )
        line = _("{at}: {drawn}, of it back {back}")
        return (
            format_html_join(
                "",
                "<p>{}</p>",
                ((line.format(at=at, drawn=drawn, back=back),) for at, drawn, back in told),
            )
            or "-"
        )

    @admin.display(description=_("code and PIN"))
    def whole_code(self, card: GiftCard) -> SafeString:
        where = reverse("admin:loyalty_voucher_code", args=[card.voucher_id])
        return format_html('<a href="{}">{}</a>', where, _("Show, after your password"))

    @admin.action(description=_("Renew the PIN"), permissions=["inspect"])
    def renew_pins(self, request: HttpRequest, cards: QuerySet[GiftCard]) -> None:
        """A fresh PIN for each of the chosen cards."""
        done = one_by_one(
            request,
            cards,
            lambda card_id, **by: renew_pin(voucher_id=card_id, **by),
        )
        if done:
            messages.success(request, ngettext("%d PIN renewed.", "%d PINs renewed.", done) % done)

    @admin.action(description=_("Cancel with what is left"), permissions=["cancel"])
    def cancel_cards(self, request: HttpRequest, cards: QuerySet[GiftCard]) -> None:
        """Cancel the chosen cards; what is left on them is forfeited."""
        done = one_by_one(
            request,
            cards,
            lambda card_id, **by: withdraw(
                voucher_id=card_id, reason=str(request.POST.get("reason", "")).strip()[:60], **by
            ),
        )
        if done:
            messages.success(request, ngettext("%d cancelled.", "%d cancelled.", done) % done)
