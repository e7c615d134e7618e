"""Entries, lots, claims, merges and seals in the admin: rows that are only ever added."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.ledger.desk.forms import ReasonBar, read_bar
from loyalty.ledger.merging import undo_merge
from loyalty.ledger.models import Claim, Debt, Entry, Lot, Merge, Seal
from loyalty.ledger.reports.explaining import explain
from loyalty.ledger.reports.saying import amount_of, sentence_of
from loyalty.ledger.timed.deciding import cancel_pending, open_now
from loyalty.ledger.timed.reinstating import REINSTATED_FOR, reinstate
from loyalty.programs.clock import now_of


class Shown(ReadOnly, ProgramScoped):
    """A table to look at: every field, and nothing to edit."""

    topic = "ledger"

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fields = [field.name for field in self.model._meta.fields]  # type: ignore[attr-defined]
        return [*getattr(self, "told", ()), *fields]


@admin.register(Entry, site=staff_site)
class EntryAdmin(Shown, admin.ModelAdmin[Entry]):
    """Every movement, with its explanation; what expired can be brought back."""

    saves_by_rule = True
    told = ("owner", "explanation", "reasons", "colleagues_note")
    fields = ("owner", "account", "explanation", "reasons", "points", "balance_after", "reason", "colleagues_note", "source_key", "actor_name", "reverses", "occurred_at", "posted_at")  # fmt: skip
    list_display = ("shown_id", "posted_at", "owner", "sentence", "points", "balance_after", "reason")  # fmt: skip
    list_filter = ("kind",)
    search_fields = ("account__member__external_id", "source_key")
    list_select_related = ("account__member", "account__currency")
    show_full_result_count = False
    ordering = ("-id",)
    action_form = ReasonBar
    actions = ["reinstate_points"]

    @admin.display(description=_("Owner"))
    def owner(self, entry: Entry) -> str:
        return str(entry.account.member or _("Gift card"))

    @admin.display(description=_("What happened"))
    def sentence(self, entry: Entry) -> str:
        currency = entry.account.currency
        unit = currency.unit(entry.points) if currency else ""
        return sentence_of(kind=entry.kind, amount=amount_of(entry.points, unit))

    @admin.display(description=_("Explanation"))
    def explanation(self, entry: Entry) -> str:
        """The steps, one sentence each."""
        told = explain(program=entry.program, entry_id=entry.pk)
        steps = [(step["sentence"],) for step in told["steps"]]
        return format_html_join("", "<p>{}</p>", steps)

    @admin.display(description=_("Why"))
    def reasons(self, entry: Entry) -> str:
        """Where the event and the rule behind it are explained."""
        links = []
        if entry.event_id:
            links.append(
                (
                    reverse("admin:loyalty_event_change", args=[entry.event_id]),
                    _("The event and every rule that looked at it"),
                )
            )
        if entry.rule_id and entry.rule_version:
            links.append(
                (reverse("admin:loyalty_earningrule_change", args=[entry.rule_id]), _("The rule"))
            )
        return format_html_join(" · ", '<a href="{}">{}</a>', links) or "-"

    @admin.display(description=_("Note"))
    def colleagues_note(self, entry: Entry) -> str:
        note = getattr(entry, "note", None)
        return note.text if note else ""

    @admin.action(description=_("Bring expired points back"), permissions=["adjust"])
    def reinstate_points(self, request: HttpRequest, entries: QuerySet[Entry]) -> None:
        """Bring back what the chosen entries let expire, for another thirty days; twice changes nothing."""
        program, at = program_of(request), now_of(program_of(request))
        for entry_id in entries.values_list("pk", flat=True):
            with refusals_as_messages(request):
                told = read_bar(request)
                reinstate(
                    program=program,
                    entry_id=entry_id,
                    ends_at=at + REINSTATED_FOR,
                    reason=told.reason,
                    note=told.note,
                    actor=actor_of(request),
                    at=at,
                )
                messages.success(request, _("Brought back."))


class Pending(admin.SimpleListFilter):
    """Lots whose points have not opened yet, or have."""

    title = _("State")
    parameter_name = "pending"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Pending")), ("no", _("Available"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "yes":
            return queryset.filter(opened_at__isnull=True, free__gt=0)
        return queryset.filter(opened_at__isnull=False) if self.value() == "no" else queryset


@admin.register(Lot, site=staff_site)
class LotAdmin(Shown, admin.ModelAdmin[Lot]):
    """What each credit brought, what is left of it, and until when; pending points can be opened or cancelled (E-57)."""

    saves_by_rule = True
    program_path = "account__program"
    action_form = ReasonBar
    actions = ["open_pending", "cancel_pending_lots"]
    list_filter = (Pending,)
    list_display = (
        "shown_id",
        "owner",
        "size",
        "free",
        "held",
        "opened_at",
        "opens_at",
        "expires_at",
    )
    search_fields = ("account__member__external_id",)
    list_select_related = ("account__member",)
    show_full_result_count = False
    ordering = ("-id",)

    @admin.display(description=_("Owner"))
    def owner(self, lot: Lot) -> str:
        return str(lot.account.member or _("Gift card"))

    @admin.action(description=_("Open now"), permissions=["decide"])
    def open_pending(self, request: HttpRequest, lots: QuerySet[Lot]) -> None:
        """Open the chosen pending lots before their time, each in a unit of its own."""
        program = program_of(request)
        for lot_id in lots.order_by("id").values_list("pk", flat=True):
            with refusals_as_messages(request):
                told = read_bar(request)
                open_now(
                    program=program,
                    lot_id=lot_id,
                    reason=told.reason,
                    actor=actor_of(request),
                    at=now_of(program),
                )
                messages.success(request, _("Opened."))

    @admin.action(description=_("Cancel what is pending"), permissions=["decide"])
    def cancel_pending_lots(self, request: HttpRequest, lots: QuerySet[Lot]) -> None:
        """Take away what is pending in the chosen lots, each in a unit of its own."""
        program = program_of(request)
        for lot_id in lots.order_by("id").values_list("pk", flat=True):
            with refusals_as_messages(request):
                told = read_bar(request)
                cancel_pending(
                    program=program,
                    lot_id=lot_id,
                    reason=told.reason,
                    note=told.note,
                    actor=actor_of(request),
                    at=now_of(program),
                )
                messages.success(request, _("Cancelled."))


@admin.register(Debt, site=staff_site)
class DebtAdmin(Shown, admin.ModelAdmin[Debt]):
    """What was left owing, and how much of it is filled."""

    program_path = "account__program"
    list_display = ("entry", "account", "points", "filled")
    ordering = ("-entry_id",)


@admin.register(Claim, site=staff_site)
class ClaimAdmin(Shown, admin.ModelAdmin[Claim]):
    """What returns asked back, and what covered it."""

    program_path = "account__program"
    list_display = (
        "shown_id",
        "at",
        "asked",
        "pending",
        "own",
        "expired",
        "other",
        "owing",
        "waived",
    )
    ordering = ("-id",)


@admin.register(Merge, site=staff_site)
class MergeAdmin(Shown, admin.ModelAdmin[Merge]):
    """Memberships that became one; what was joined by mistake is parted again."""

    saves_by_rule = True
    list_display = ("shown_id", "source", "target", "merged_at", "undone_at")
    list_select_related = ("source", "target")
    ordering = ("-id",)
    actions = ["undo_merges"]

    @admin.action(description=_("Undo"), permissions=["part"])
    def undo_merges(self, request: HttpRequest, merges: QuerySet[Merge]) -> None:
        """Part the chosen memberships again, the newest first, each in a unit of its own."""
        program = program_of(request)
        for merge_id in merges.order_by("-id").values_list("pk", flat=True):
            with refusals_as_messages(request):
                undo_merge(
                    program=program,
                    merge_id=merge_id,
                    actor=actor_of(request),
                    at=now_of(program),
                )
                messages.success(request, _("Parted again."))


@admin.register(Seal, site=staff_site)
class SealAdmin(Shown, admin.ModelAdmin[Seal]):
    """The chain of sealed days."""

    list_display = ("day", "rows", "digest")
    ordering = ("-day",)
