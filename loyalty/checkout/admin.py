"""Quotes in the admin: what was offered, to whom, and which orders and holds relied on it. Nothing is changed here."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import ProgramScoped, ReadOnly, program_of, staff_site
from loyalty.checkout.keeping import holds_priced_by
from loyalty.checkout.models import Quote
from loyalty.checkout.telling.showing import page_of
from loyalty.earning.telling import words
from loyalty.ledger.reports.holds import holds_called
from loyalty.programs.clock import now_of


@admin.register(Quote, site=staff_site)
class QuoteAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Quote]):
    """Quotes of the open programme, newest first; those that nobody relied on go after 30 days."""

    list_display = ["shown_id", "member", "worth", "usable", "as_of", "expires_at", "used"]
    list_select_related = ["member"]
    search_fields = ["member__external_id"]
    ordering = ["-id"]
    show_full_result_count = False
    empty_note = _("A quote appears when a shop asks what an order would bring before it is paid.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quote]:
        """Each with how many orders were judged as of it."""
        rows: QuerySet[Quote] = super().get_queryset(request)
        return rows.annotate(orders=Count("uses", filter=Q(uses__missed="")))

    @admin.display(description=_("Total"))
    def worth(self, quote: Quote) -> str:
        return words.money(quote.total, quote.currency)

    @admin.display(description=_("Points usable"))
    def usable(self, quote: Quote) -> str:
        paying = quote.body["pay_with_points"]
        return words.points(paying["most"]) if paying else "-"

    @admin.display(description=_("Orders"))
    def used(self, quote: Quote) -> str:
        """How many orders were judged as of it."""
        return str(getattr(quote, "orders", 0) or "-")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What was offered, in words, and what came of it."""
        quote = self.get_object(request, object_id)
        if quote is None or not self.has_view_permission(request, quote):
            raise PermissionDenied
        program = program_of(request)
        told = {
            "title": quote.shown_id,
            "opts": self.model._meta,
            "quote": quote,
            "told": page_of(quote, program=program, at=now_of(program)),
            "uses": quote.uses.order_by("id"),
            "holds": holds_called(holds_priced_by(quote)),
        }
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "checkout/quote.html", {**around, **told})
