"""Staff pages of the earning room: rules and what they say, what they gave, what budgets have left."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    OfProgram,
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.earning.desk.rule_pages import RulePages
from loyalty.earning.desk.steps.launches import told_of
from loyalty.earning.launching.going_live import launch
from loyalty.earning.launching.redrafting import copy_rule
from loyalty.earning.models import BudgetUse, Earning, EarningRule, RulePeriod, RuleRevision
from loyalty.earning.rules.compiling import BEGINNING
from loyalty.earning.rules.conditions import expression_of
from loyalty.earning.rules.publishing import end, pause, resume
from loyalty.earning.rules.reading import meaning_of
from loyalty.earning.telling.rules import rule_sentence
from loyalty.foundation.units import UnitOfWork
from loyalty.programs.clock import now_of


class _Inside(ReadOnly, admin.TabularInline[Any, EarningRule]):
    """Rows that belong to a rule; whoever sees the rule sees them."""

    template = "admin/rows.html"
    extra = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class RevisionsInside(_Inside):
    model = RuleRevision
    ordering = ("-number",)
    fields = ("number", "sentence", "author", "created_at", "frozen_at")
    readonly_fields = ("sentence",)

    @admin.display(description=_("what it does"))
    def sentence(self, revision: RuleRevision) -> str:
        return rule_sentence(
            revision.definition,
            money=revision.rule.program.currency,
            zone=revision.rule.program.zone,
        )


class PeriodsInside(_Inside):
    model = RulePeriod
    ordering = ("-starts_at",)
    fields = ("number", "begins", "ends_at")
    readonly_fields = ("number", "begins")

    @admin.display(description=_("version"))
    def number(self, period: RulePeriod) -> int:
        return period.revision.number

    @admin.display(description=_("from"))
    def begins(self, period: RulePeriod) -> Any:
        """Since when; a programme's first rules have no beginning (E-21)."""
        return _("from the beginning") if period.starts_at <= BEGINNING else period.starts_at


@admin.register(EarningRule, site=staff_site)
class EarningRuleAdmin(RulePages, ReadOnly, ProgramScoped, admin.ModelAdmin[EarningRule]):
    """Rules of the open programme. They change by drafts; publishing, pausing and ending are deeds of their own."""

    list_display = ("__str__", "state", "sentence", "version", "priority")
    list_filter = ("state",)
    search_fields = ("slug",)
    ordering = ("state", "slug")
    actions = ["publish_drafts", "pause_rules", "resume_rules", "end_rules", "copy_rules"]
    fields = ("sentence", "state", "next_steps", "slug", "expressions", "definition", "created_at")
    readonly_fields = ("sentence", "definition", "expressions", "next_steps")
    inlines = [RevisionsInside, PeriodsInside]
    change_list_template = "admin/rules.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[EarningRule]:
        rows: QuerySet[EarningRule] = super().get_queryset(request)
        return rows.select_related("program").prefetch_related("revisions")

    def changelist_view(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        told = {"may_write": self.allows(request, "write"), **(extra_context or {})}
        return super().changelist_view(request, told)

    @admin.display(description=_("what it does"))
    def sentence(self, rule: EarningRule) -> str:
        return rule_sentence(
            _newest(rule).definition, money=rule.program.currency, zone=rule.program.zone
        )

    @admin.display(description=_("version"))
    def version(self, rule: EarningRule) -> int:
        return _newest(rule).number

    @admin.display(description=_("priority"))
    def priority(self, rule: EarningRule) -> int:
        told: int = _newest(rule).definition.get("priority", 0)
        return told

    @admin.display(description=_("definition"))
    def definition(self, rule: EarningRule) -> SafeString:
        text = json.dumps(meaning_of(_newest(rule).definition), ensure_ascii=False, indent=2)
        summary = _("As in the programme document")
        return format_html(
            '<details><summary>{}</summary><pre dir="ltr">{}</pre></details>', summary, text
        )

    @admin.display(description=_("conditions, compiled"))
    def expressions(self, rule: EarningRule) -> SafeString | str:
        told = _newest(rule).definition
        texts = [expression_of(each) for each in told.get("conditions", {}).get("all", ())]
        texts += [told["expression"]] if told.get("expression") else []
        return (
            format_html_join("", '<p><code dir="ltr">{}</code></p>', ((t,) for t in texts)) or "-"
        )

    @admin.display(description=_("next steps"))
    def next_steps(self, rule: EarningRule) -> SafeString:
        steps = [("draft", _("Write a new revision")), ("what_ifs", _("What if?"))]
        if _newest(rule).frozen_at is None:
            steps.append(("launch", _("Before it goes live")))
        if len(rule.revisions.all()) > 1:
            steps.append(("compare", _("Compare revisions")))
        links = (
            (reverse(f"admin:loyalty_earningrule_{name}", args=[rule.pk]), title)
            for name, title in steps
        )
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    @admin.action(description=_("Publish the draft"), permissions=["publish"])
    def publish_drafts(self, request: HttpRequest, rules: QuerySet[EarningRule]) -> None:
        """Make the newest draft of each chosen rule live from now on, or propose it (S-26)."""
        program = program_of(request)
        for rule in rules:
            with refusals_as_messages(request):
                launched = launch(
                    program=program,
                    revision_id=_newest(rule).pk,
                    due_at=None,
                    actor=actor_of(request),
                    at=now_of(program),
                )
                messages.success(request, f"{rule}: {told_of(launched)}")

    @admin.action(description=_("Copy"), permissions=["write"])
    def copy_rules(self, request: HttpRequest, rules: QuerySet[EarningRule]) -> None:
        """A draft of a new rule from each chosen one."""
        program = program_of(request)
        for rule in rules:
            with refusals_as_messages(request):
                copied = copy_rule(
                    program=program, rule_id=rule.pk, actor=actor_of(request), at=now_of(program)
                )
                messages.success(request, _("Copied as {slug}.").format(slug=copied.rule.slug))

    @admin.action(description=_("Pause"), permissions=["publish"])
    def pause_rules(self, request: HttpRequest, rules: QuerySet[EarningRule]) -> None:
        _each(request, rules, pause, told=_("{rule}: paused.").format)

    @admin.action(description=_("Resume"), permissions=["publish"])
    def resume_rules(self, request: HttpRequest, rules: QuerySet[EarningRule]) -> None:
        _each(request, rules, resume, told=_("{rule}: live again.").format)

    @admin.action(description=_("End for good"), permissions=["publish"])
    def end_rules(self, request: HttpRequest, rules: QuerySet[EarningRule]) -> None:
        _each(request, rules, end, told=_("{rule}: ended.").format)


@admin.register(Earning, site=staff_site)
class EarningAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Earning]):
    """What rules gave, newest first."""

    list_display = (
        "shown_id",
        "rule",
        "version",
        "points",
        "claimed",
        "currency",
        "day",
        "occurred_at",
    )
    list_filter = (("rule", OfProgram),)
    list_select_related = ("rule", "currency")
    ordering = ("-id",)
    show_full_result_count = False
    exclude = ("program", "once_key")


@admin.register(BudgetUse, site=staff_site)
class BudgetUseAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[BudgetUse]):
    """What budgets have used in each period; a budget without a rule is the programme's."""

    list_display = ("rule", "unit", "starts_on", "used", "cap")
    list_select_related = ("rule",)
    ordering = ("-starts_on",)
    exclude = ("program",)


def _newest(rule: EarningRule) -> RuleRevision:
    """The newest revision of a rule whose revisions are prefetched."""
    return max(rule.revisions.all(), key=lambda revision: revision.number)


def _each(
    request: HttpRequest,
    rules: QuerySet[EarningRule],
    rule_of_ours: UnitOfWork[Any, EarningRule],
    *,
    told: Callable[..., str],
) -> None:
    """Do this to each chosen rule by itself; what one refuses does not stop the others."""
    program = program_of(request)
    for rule in rules:
        with refusals_as_messages(request):
            rule_of_ours(
                rule_id=rule.pk, program=program, actor=actor_of(request), at=now_of(program)
            )
            messages.success(request, told(rule=rule))
