"""Referrals in the admin: each with its story and checks, decided with a reason."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
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
from loyalty.foundation.ids import read_id
from loyalty.foundation.refusals import Text
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program
from referrals.attribution.kinds import REASON_LENGTH_MAX, ReferralState, TouchKind
from referrals.attribution.models import Referral
from referrals.codes.models import Advocate
from referrals.guard.appealing import refuse_appeal
from referrals.guard.models import ReferralAppeal
from referrals.plans.terms import terms_of
from referrals.qualification.deciding import (
    approve_by_hand,
    reject_by_hand,
    reopen,
    reverse_by_hand,
)
from referrals.qualification.telling.explaining import (
    explain_referral,
    grant_in_words,
    why_in_words,
)
from referrals.rewards.models import ReferralGrant

OUTCOMES: Final[dict[str, Text]] = {
    "won": _("brought the friend"),
    "outranked": _("a typed code or staff outranked it"),
    "lower_priority": _("another plan goes before"),
    "later": _("another one came first"),
    "window_over": _("too long before joining"),
    "advocate_suspended": _("the advocate was suspended"),
    "plan_closed": _("the plan was not live"),
}
LOUD: Final = ("blocked", "flagged")
# What may be done in which state: the button's name, what it says, and the rule behind it.
DEEDS: Final[dict[str, tuple[Text, frozenset[str], Callable[..., Any]]]] = {
    "clear": (_("Clear"), frozenset({"review"}), approve_by_hand),
    "approve": (_("Approve before the hold is over"), frozenset({"pending"}), approve_by_hand),
    "reject": (_("Reject"), frozenset({"joined", "pending", "review"}), reject_by_hand),
    "reverse": (_("Take back for fraud"), frozenset({"approved"}), reverse_by_hand),
    "reopen": (_("Overrule the rejection"), frozenset({"rejected"}), reopen),
    "refuse": (_("Let the rejection stand"), frozenset({"rejected"}), refuse_appeal),
}


class DecisionForm(forms.Form):
    """Why somebody decides."""

    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LENGTH_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )


@admin.register(Referral, site=staff_site)
class ReferralAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Referral]):
    """Referrals, newest first. A decision is taken on the page of one, with a reason."""

    topic = "referrals"
    saves_by_rule = True
    empty_note = _("Referrals will stand here once members bring friends.")
    list_display = (
        "whom",
        "of_plan",
        "state",
        "why_told",
        "joined_at",
        "release_at",
    )
    list_filter = ("state", ("plan", OfProgram), "via")
    list_select_related = ("plan", "advocate__member", "friend")
    search_fields = ("friend__external_id", "advocate__member__external_id", "advocate__name")
    ordering = ("-id",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The advocate's page links to that advocate's friends."""
        return lookup == "advocate__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("Who brought whom"))
    def whom(self, row: Referral) -> str:
        return format_html("<bdi>{}</bdi>", who_brought_whom(row))

    @admin.display(description=_("Plan"), ordering="plan")
    def of_plan(self, row: Referral) -> str:
        return str(row.plan)

    @admin.display(description=_("Why"))
    def why_told(self, row: Referral) -> str:
        return why_in_words(row.why)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The story, every check, both sides, and what may be decided."""
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            raise PermissionDenied
        program = program_of(request)
        may_decide = self.allows(request, "decide")
        form = DecisionForm(request.POST or None)
        if request.method == "POST":
            if not may_decide:
                raise PermissionDenied
            if form.is_valid() and self._decide(request, program, row, form):
                return HttpResponseRedirect(request.path)
        at = now_of(program)
        explained = explain_referral(row, program=program, at=at, may_inspect=True)
        told = {
            "title": who_brought_whom(row),
            "opts": self.opts,
            "row": row,
            "told": explained,
            "loud": [each for each in explained["checks"] if each["result"] in LOUD],
            "form": form,
            "deeds": _deeds(row) if may_decide else [],
            "appeal": ReferralAppeal.objects.filter(referral=row).first(),
            "others": _others(row),
            "grants": _grants(row),
            "score": sum(
                each["weight"] for each in explained["checks"] if each["stage"] == "qualification"
            ),
            "guard": terms_of(row.version).guard,
            "moves": [(move, why_in_words(move.why)) for move in row.story.order_by("number")],
            "touches": _touches(row),
        }
        return TemplateResponse(
            request, "referrals/referral.html", {**self.admin_site.each_context(request), **told}
        )

    def _decide(
        self, request: HttpRequest, program: Program, row: Referral, form: DecisionForm
    ) -> bool:
        chosen = request.POST.get("deed", "")
        if chosen not in DEEDS:
            return False
        with refusals_as_messages(request):
            DEEDS[chosen][2](
                program=program,
                referral_id=row.pk,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                at=now_of(program),
            )
            messages.success(request, _("Decided."))
        return True


def who_brought_whom(row: Referral) -> str:
    """`boris → mark`."""
    return f"{row.advocate.member or row.advocate} → {row.friend}"


def _grants(row: Referral) -> list[dict[str, Any]]:
    """Both sides and the welcome, in words."""
    told = []
    for grant in ReferralGrant.objects.filter(referral=row).order_by("side"):
        in_words, why = grant_in_words(grant)
        told.append({"grant": grant, "in_words": in_words, "why_in_words": why})
    return told


def _deeds(row: Referral) -> list[tuple[str, Text]]:
    """What may be done with it now; an appeal is refused only where there is one."""
    has_appeal = ReferralAppeal.objects.filter(referral=row, state="open").exists()
    return [
        (name, label)
        for name, (label, states, _rule) in DEEDS.items()
        if row.state in states and (name != "refuse" or has_appeal)
    ]


def _touches(row: Referral) -> list[dict[str, Any]]:
    """What was looked at when the friend joined, in words."""
    ids = [read_id("adv", touch["advocate"]) for touch in row.considered]
    brought = Advocate.objects.filter(pk__in=ids).select_related("member")
    names = {each.shown_id: str(each.member or each) for each in brought}
    return [
        {
            "at": datetime.fromisoformat(touch["occurred_at"]),
            "kind": TouchKind(touch["kind"]).label,
            "advocate": names.get(touch["advocate"], touch["advocate"]),
            "why": OUTCOMES.get(touch["why"], ""),
        }
        for touch in row.considered
    ]


def _others(row: Referral) -> dict[str, int]:
    """How the advocate's other referrals went, state by state."""
    rows = Referral.objects.filter(advocate_id=row.advocate_id).exclude(pk=row.pk)
    states = list(rows.values_list("state", flat=True))
    return {
        str(ReferralState(state).label): states.count(state)
        for state in ReferralState.values
        if state in states
    }
