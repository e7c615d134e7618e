"""Pages of what-ifs: asked for, watched, stopped, taken up again, and read (U-32)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import actor_of, program_of, refusals_as_messages
from loyalty.earning.models import EarningRule
from loyalty.earning.replaying.asking import DAYS_DEFAULT, ask, newest_draft, resume, stop
from loyalty.earning.replaying.models import Change, WhatIf, WhatIfState
from loyalty.earning.replaying.reporting import growth_of, show_what_if
from loyalty.earning.rules.publishing import RuleNotDraft
from loyalty.earning.telling import words
from loyalty.foundation.ids import Id, read_id
from loyalty.foundation.refusals import Text
from loyalty.members.models import Member
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program

LISTED_MAX: Final = 20
WATCHED_EVERY_SECONDS: Final = 3
DAYS: Final = [
    (30, _("the last 30 days")),
    (90, _("the last 90 days")),
    (180, _("the last half year")),
    (365, _("the last year")),
    (731, _("the last two years")),
]
# What the rows of the table of limits are called.
LIMITS: Final[Mapping[str, Text]] = {
    "points_per_event": _("points of one rule for one event"),
    "points_per_member": _("points of one rule for one member"),
    "currency_points_per_event": _("points of all rules for one event"),
    "currency_points_per_member": _("points of all rules for one member"),
    "budget": _("budget"),
    "once_per": _("once per …"),
    "cooldown": _("pause between two"),
    "times": _("so many times"),
}


class Asking(forms.Form):
    """What to try, and how far back."""

    change = forms.ChoiceField(label=_("Try"), choices=Change.choices)
    days = forms.TypedChoiceField(label=_("On"), choices=DAYS, coerce=int, initial=DAYS_DEFAULT)

    def __init__(self, *, rule: EarningRule, **how: Any) -> None:
        super().__init__(**how)
        field = self.fields["change"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _choices(rule)


def what_ifs_page(
    request: HttpRequest, *, rule: EarningRule, around: Mapping[str, Any], may_write: bool
) -> HttpResponse:
    """What-ifs of a rule, and the form that asks for one."""
    program = program_of(request)
    fields = Asking(rule=rule, data=request.POST or None)
    if request.method == "POST" and fields.is_valid():
        if not may_write:
            raise PermissionDenied
        with refusals_as_messages(request):
            told = fields.cleaned_data
            asked = ask(
                program=program,
                rule_id=rule.pk,
                change=told["change"],
                days=told["days"],
                actor=actor_of(request),
                at=now_of(program),
            )
            return HttpResponseRedirect(reverse("admin:loyalty_what_if", args=[asked.pk]))
    found = WhatIf.objects.filter(rule=rule).select_related("revision").defer("tally")
    return TemplateResponse(
        request,
        "earning/what_ifs.html",
        {
            **around,
            "title": _("What if?"),
            "rule": rule,
            "form": fields,
            "may_write": may_write and bool(_choices(rule)),
            "what_ifs": list(found.order_by("-id")[:LISTED_MAX]),
            "opts": EarningRule._meta,
        },
    )


def what_if_page(
    request: HttpRequest, what_if_id: Id, *, around: Mapping[str, Any], may_write: bool
) -> HttpResponse:
    """One what-if: its bar while it runs, its report; stopped and taken up from here."""
    program = program_of(request)
    rows = WhatIf.objects.filter(program=program).select_related("rule", "revision")
    what_if = rows.filter(pk=what_if_id).first()
    if what_if is None:
        raise Http404
    if request.method == "POST":
        if not may_write:
            raise PermissionDenied
        _turn(request, what_if, program=program)
        return HttpResponseRedirect(reverse("admin:loyalty_what_if", args=[what_if.pk]))
    response = TemplateResponse(
        request, "earning/what_if.html", {**around, **_shown(what_if, program), "may_write": may_write}
    )  # fmt: skip
    if what_if.state == WhatIfState.RUNNING:
        response.headers["Refresh"] = str(WATCHED_EVERY_SECONDS)
    return response


def summary_of(what_if: WhatIf, program: Program) -> dict[str, Any]:
    """A what-if in a few figures, for the page on which a draft is published."""
    report = show_what_if(what_if, program=program)["report"]
    mine = [each for each in report["currencies"] if each["currency"] == what_if.tally["currency"]]
    sums = _in_money(mine[0], program) if mine else None
    return {"row": what_if, "report": report, "sums": sums, "growth": growth_of(what_if)}


def _shown(what_if: WhatIf, program: Program) -> dict[str, Any]:
    told = show_what_if(what_if, program=program)
    report = told["report"]
    if report:
        report["currencies"] = [_in_money(each, program) for each in report["currencies"]]
        report["limits"] = [
            {**each, "name": LIMITS.get(each["code"], each["code"])} for each in report["limits"]
        ]
        _name_members([*report["winners"], *report["losers"]])
        for each in report["samples"]:
            each["id"] = read_id("evt", each["event"])
            each["pairs"] = _side_by_side(each["before"], each["after"])
    return {
        "title": _("What if?"),
        "what_if": what_if,
        "told": told,
        "report": report,
        "last_day": what_if.until - timedelta(seconds=1),
        "opts": EarningRule._meta,
    }


def _name_members(rows: Sequence[dict[str, Any]]) -> None:
    """Members as every other page calls them."""
    members = Member.objects.in_bulk([read_id("mem", each["member"]) for each in rows])
    for each in rows:
        each["id"] = read_id("mem", each["member"])
        each["member"] = members.get(each["id"], each["member"])


def _in_money(each: Mapping[str, Any], program: Program) -> dict[str, Any]:
    """The same with amounts as people read them."""
    worth, outstanding = each["worth"], each["outstanding_worth"]
    return {
        **each,
        "worth": words.money(worth["amount"], program.currency) if worth else "",
        "outstanding_worth": (
            words.money(outstanding["amount"], program.currency) if outstanding else ""
        ),
    }


def _side_by_side(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rules of one event, each as it was and as it would be; those that say the same are left out."""
    was = {entry["rule"]: entry for entry in before["rules"]}
    would = {entry["rule"]: entry for entry in after["rules"]}
    return [
        {"name": (would.get(rule) or was[rule])["name"], "before": was.get(rule), "after": would.get(rule)}
        for rule in {**was, **would}
        if was.get(rule) != would.get(rule)
    ]  # fmt: skip


def _turn(request: HttpRequest, what_if: WhatIf, *, program: Program) -> None:
    with refusals_as_messages(request):
        if "stop" in request.POST:
            stop(program=program, what_if_id=what_if.pk)
            messages.success(request, _("Stopped. What was found so far stays."))
        else:
            resume(program=program, what_if_id=what_if.pk, at=now_of(program))
            messages.success(request, _("It goes on where it was."))


def _choices(rule: EarningRule) -> list[tuple[str, Any]]:
    """What of this rule can be tried: its draft if it has one, its end if it was ever live."""
    choices: list[tuple[str, Any]] = []
    try:
        newest_draft(rule)
        choices.append((Change.DRAFT.value, Change.DRAFT.label))
    except RuleNotDraft:
        pass
    if rule.state in {"live", "paused"}:
        choices.append((Change.END.value, Change.END.label))
    return choices
