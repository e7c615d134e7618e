"""Pages between a draft and its going live: warnings, what-if, difference, date; and the way back (U-33)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import actor_of, program_of, refusals_as_messages
from loyalty.earning.desk.steps.what_ifs import summary_of
from loyalty.earning.launching.going_live import Launched, launch, needs_second
from loyalty.earning.launching.planning import cancel_plan, planned_of
from loyalty.earning.launching.redrafting import differences_of, draft_again
from loyalty.earning.launching.warning import warnings_of
from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.earning.replaying.asking import of_this_draft
from loyalty.earning.rules.clauses import Origin, compile_clause
from loyalty.earning.telling.rules import rule_sentence
from loyalty.foundation.ids import Id
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program


class LaunchFields(forms.Form):
    """When a draft goes live; empty: now."""

    due_at = forms.DateTimeField(
        label=_("Goes live at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Programme time. Empty: now."),
    )


def launch_page(
    request: HttpRequest, *, rule: EarningRule, around: Mapping[str, Any], may_publish: bool
) -> HttpResponse:
    """Everything to know before a draft goes live, and the button that does it."""
    program = program_of(request)
    revisions: list[RuleRevision] = list(rule.revisions.order_by("-number"))
    draft = revisions[0]
    if draft.frozen_at is not None:
        messages.info(request, _("There is no draft of this rule."))
        return _back_to(rule)
    fields = LaunchFields(request.POST or None)
    if request.method == "POST":
        if not may_publish:
            raise PermissionDenied
        if "cancel" in request.POST:
            with refusals_as_messages(request):
                cancel_plan(program=program, revision_id=draft.pk)
                messages.success(request, _("The date is taken back; the draft stays."))
            return _back_to(rule)
        if fields.is_valid() and _launch(request, draft, fields.cleaned_data["due_at"]):
            return _back_to(rule)
    return TemplateResponse(
        request, "earning/launch.html", {**around, **_shown(rule, revisions, program), "form": fields, "may_publish": may_publish}
    )  # fmt: skip


def compare_page(
    request: HttpRequest, *, rule: EarningRule, around: Mapping[str, Any], may_write: bool
) -> HttpResponse:
    """Two revisions side by side; the older of them can be drafted anew."""
    program = program_of(request)
    revisions: list[RuleRevision] = list(rule.revisions.order_by("-number"))
    by_number = {str(each.number): each for each in revisions}
    after = by_number.get(request.GET.get("to", ""), revisions[0])
    default = revisions[1] if len(revisions) > 1 else revisions[0]
    before = by_number.get(request.GET.get("from", ""), default)
    return TemplateResponse(
        request,
        "earning/compare.html",
        {
            **around,
            "title": _("Compare revisions"),
            "rule": rule,
            "revisions": revisions,
            "before": before,
            "after": after,
            "sentences": [
                rule_sentence(each.definition, money=program.currency, zone=program.zone)
                for each in (before, after)
            ],
            "differences": _as_text(before, after),
            "may_write": may_write,
            "opts": EarningRule._meta,
        },
    )


def go_back(request: HttpRequest, *, rule: EarningRule, revision_id: Id) -> HttpResponse:
    """Draft an old revision anew and look at it before it is published."""
    program = program_of(request)
    page = "change"
    with refusals_as_messages(request):
        draft_again(
            program=program, revision_id=revision_id, actor=actor_of(request), at=now_of(program)
        )
        page = "launch"
    return HttpResponseRedirect(reverse(f"admin:loyalty_earningrule_{page}", args=[rule.pk]))


def _launch(request: HttpRequest, draft: RuleRevision, due_at: datetime | None) -> bool:
    """Whether it was done, planned or proposed; a refusal is shown instead."""
    program = program_of(request)
    launched: list[Launched] = []
    with refusals_as_messages(request):
        launched.append(
            launch(
                program=program,
                revision_id=draft.pk,
                due_at=due_at,
                actor=actor_of(request),
                at=now_of(program),
            )
        )
        messages.success(request, told_of(launched[0]))
    return bool(launched)


def told_of(launched: Launched) -> str:
    """What became of it, in one sentence."""
    if launched.proposal is not None:
        return str(_("Proposed: a second person has to approve it."))
    if launched.plan is not None:
        return str(_("Planned: it goes live by itself."))
    return str(_("Published: the rule holds from now on."))


def _shown(rule: EarningRule, revisions: list[RuleRevision], program: Program) -> dict[str, Any]:
    draft = revisions[0]
    live = next((each for each in revisions if each.frozen_at), None)
    origin = Origin(
        rule_id=rule.pk,
        revision_id=draft.pk,
        shown=rule.shown_id,
        version=draft.number,
        created_at=rule.created_at,
    )
    clause = compile_clause(draft.definition, origin=origin)
    tried = of_this_draft(draft)
    return {
        "title": _("Before it goes live"),
        "rule": rule,
        "draft": draft,
        "live": live,
        "sentence": rule_sentence(draft.definition, money=program.currency, zone=program.zone),
        "warnings": warnings_of(program=program, clause=clause, at=now_of(program)),
        "differences": _as_text(live, draft) if live else [],
        "tried": summary_of(tried, program) if tried else None,
        "needs_second": needs_second(program=program, revision=draft),
        "alone_percent": program.publish_alone_percent,
        "plan": planned_of(draft),
        "opts": EarningRule._meta,
    }


def _as_text(before: RuleRevision, after: RuleRevision) -> list[dict[str, str]]:
    return [
        {"where": each.pointer, "before": _json(each.before), "after": _json(each.after)}
        for each in differences_of(before, after)
    ]


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _back_to(rule: EarningRule) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:loyalty_earningrule_change", args=[rule.pk]))
