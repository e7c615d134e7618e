"""Desk: budgets at a glance, and prizes: given, held back, taken back (G-34)."""

from copy import deepcopy
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.hands.filters import OfDefinition
from gamification.criteria.life.catalogue import book_of, game_of
from gamification.prizes.budgeting import (
    PACE,
    WARNED_AT_PERCENT,
    BudgetView,
    give_later,
    set_budget,
    view_of,
)
from gamification.prizes.kinds import GrantState
from gamification.prizes.models import PlayBudget, PrizeGrant
from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.earning.desk.inputs import Money
from loyalty.earning.telling.words import money
from loyalty.foundation.shapes import SLUG, Shape
from loyalty.programs.clock import now_of
from loyalty.programs.texts import in_a_row

_SLUG = Shape(SLUG)


class BudgetFields(forms.ModelForm[PlayBudget]):
    """A budget's name and limit; never below what is spent."""

    limit = Money(label=_("Limit"))

    class Meta:
        model = PlayBudget
        fields = ("slug", "limit")

    def clean_limit(self) -> int:
        limit: int | None = self.cleaned_data["limit"]
        if limit is None:
            raise forms.ValidationError(_("This field is required."))
        if limit < max(0, self.instance.spent):
            raise forms.ValidationError(_("The limit cannot be below what is spent."))
        return limit

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if not _SLUG.fits(slug):
            raise forms.ValidationError(_("This does not have the expected form."))
        return slug


@admin.register(PlayBudget, site=staff_site)
class PlayBudgetAdmin(ProgramScoped, admin.ModelAdmin[PlayBudget]):
    """What prizes may cost together: how much is used, and when it will be spent at this pace."""

    topic = "badges"
    form = BudgetFields
    saves_by_rule = True

    class Media:
        css = {"all": ["wafa/play-hands.css"]}

    empty_note = _(
        "Budgets that prizes draw on will stand here. A prize names one by its short name."
    )
    list_display = (
        "slug",
        "limit_told",
        "spent_told",
        "left",
        "used",
        "spent_on",
        "waiting",
        "drawn_on_by",
    )
    list_select_related = ("program",)
    ordering = ("slug",)

    def get_readonly_fields(self, request: HttpRequest, obj: PlayBudget | None = None) -> Any:
        return ("slug",) if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlayBudget]:
        """With what each has given in the last 30 days."""
        recent = PrizeGrant.objects.filter(
            program=OuterRef("program"),
            budget=OuterRef("slug"),
            state=GrantState.GIVEN,
            decided_at__gt=now_of(program_of(request)) - PACE,
        )
        cost = recent.values("budget").annotate(cost=Sum("cost")).values("cost")
        held_back = PrizeGrant.objects.filter(
            program=OuterRef("program"), budget=OuterRef("slug"), state=GrantState.CAPPED
        ).order_by()
        count = held_back.values("budget").annotate(n=Count("*")).values("n")
        rows: QuerySet[PlayBudget] = super().get_queryset(request)
        return rows.annotate(pace=Subquery(cost), held_back=Subquery(count))

    def get_form(self, request: HttpRequest, *args: Any, **how: Any) -> Any:
        """Amounts are told in the programme's money."""
        form = super().get_form(request, *args, **how)
        limit: Any = deepcopy(form.base_fields["limit"])
        limit.currency = program_of(request).currency
        limit.label = f"{limit.label} ({limit.currency})"
        form.base_fields["limit"] = limit
        return form

    def save_model(self, request: HttpRequest, obj: PlayBudget, form: Any, change: bool) -> None:
        """Through the rule, as everybody's budgets."""
        program = program_of(request)
        row = set_budget(
            program=program,
            slug=obj.slug,
            limit=obj.limit,
            actor=actor_of(request),
            at=now_of(program),
        )
        obj.pk = row.pk

    @admin.display(description=_("limit"), ordering="limit")
    def limit_told(self, budget: PlayBudget) -> str:
        return money(budget.limit, budget.program.currency)

    @admin.display(description=_("spent"), ordering="spent")
    def spent_told(self, budget: PlayBudget) -> str:
        return money(budget.spent, budget.program.currency)

    @admin.display(description=_("left"))
    def left(self, budget: PlayBudget) -> str:
        return money(budget.limit - budget.spent, budget.program.currency)

    @admin.display(description=_("used"))
    def used(self, budget: PlayBudget) -> SafeString:
        """How full it is, as a bar and in words; from four fifths on with a warning."""
        view = self._view(budget)
        warning = _("spent") if view.percent >= 100 else _("nearly spent") if view.is_warned else ""
        return format_html(
            '<meter class="budget" min="0" max="100" high="{}" value="{}" aria-label="{}"></meter> {} % <strong>{}</strong>',
            WARNED_AT_PERCENT,
            min(view.percent, 100),
            _("used"),
            localize(view.percent),
            warning,
        )

    @admin.display(description=_("held back"))
    def waiting(self, budget: PlayBudget) -> SafeString | str:
        """Prizes that could not be given, and the way to them."""
        count = getattr(budget, "held_back", None)
        if not count:
            return "-"
        address = reverse("admin:gamification_prizegrant_changelist")
        return format_html('<a href="{}?state__exact=capped">{}</a>', address, localize(count))

    @admin.display(description=_("drawn on by"))
    def drawn_on_by(self, budget: PlayBudget) -> str:
        """The live definitions whose prizes name it."""
        names = [
            str(live.name)
            for live in book_of(budget.program).definitions
            if any(
                each.get("budget") == budget.slug for each in game_of(live).prizes(live.settings)
            )
        ]
        return in_a_row(names) or "-"

    @admin.display(description=_("spent at this pace"))
    def spent_on(self, budget: PlayBudget) -> str:
        day = self._view(budget).spent_on
        return f"{day:%Y-%m-%d}" if day else "-"

    def _view(self, budget: PlayBudget) -> BudgetView:
        pace = getattr(budget, "pace", None) or 0
        return view_of(budget, pace, program=budget.program, at=now_of(budget.program))


@admin.register(PrizeGrant, site=staff_site)
class PrizeGrantAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[PrizeGrant]):
    """Every prize: what earned it, what became of it, what came back."""

    topic = "badges"
    saves_by_rule = True
    empty_note = _("Prizes of badges, challenges, cards and boards will stand here.")
    list_display = (
        "member",
        "definition",
        "item",
        "occasion",
        "kind",
        "amount",
        "state",
        "reason",
        "recovered",
        "decided_at",
    )
    list_display_links = None
    list_filter = ("state", "kind", ("definition", OfDefinition))
    list_select_related = ("member", "definition")
    search_fields = ("member__external_id",)
    ordering = ("-id",)
    actions = ("give_now",)

    @admin.action(description=_("Give the chosen prizes now"), permissions=["write"])
    def give_now(self, request: HttpRequest, grants: QuerySet[PrizeGrant]) -> None:
        """What was held back, by hand; the budget still has to reach."""
        program = program_of(request)
        for grant in grants:
            with refusals_as_messages(request):
                give_later(
                    program=program, grant_id=grant.pk, actor=actor_of(request), at=now_of(program)
                )
                messages.success(request, _("Given."))
