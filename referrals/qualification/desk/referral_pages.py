"""Referrals in the admin: each with its story and checks, decided with a reason; and the queue of doubts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    figure,
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
from referrals.guard.models import ReferralAppeal, ReferralReview
from referrals.qualification.deciding import (
    approve_by_hand,
    reject_by_hand,
    reopen,
    reverse_by_hand,
)
from referrals.qualification.telling.explaining import explain_referral, why_in_words
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
REVIEW_OVERDUE: Final = timedelta(days=7)
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
        "shown_id",
        "plan",
        "brought_by",
        "friend",
        "state",
        "why_told",
        "joined_at",
        "release_at",
    )
    list_filter = ("state", "plan", "via")
    list_select_related = ("plan", "advocate__member", "friend")
    search_fields = ("friend__external_id", "advocate__member__external_id", "advocate__name")
    ordering = ("-id",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The advocate's page links to that advocate's friends."""
        return lookup == "advocate__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("Brought by"))
    def brought_by(self, row: Referral) -> str:
        return str(row.advocate.member or row.advocate)

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
            "title": row.shown_id,
            "opts": self.opts,
            "row": row,
            "told": explained,
            "loud": [each for each in explained["checks"] if each["result"] in LOUD],
            "form": form,
            "deeds": _deeds(row) if may_decide else [],
            "appeal": ReferralAppeal.objects.filter(referral=row).first(),
            "others": _others(row),
            "grants": ReferralGrant.objects.filter(referral=row).order_by("side"),
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


@admin.register(ReferralReview, site=staff_site)
class ReviewAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[ReferralReview]):
    """The queue: what people have to look at, the oldest first. Nothing here is ever decided by time."""

    topic = "referrals"
    program_path = "referral__program"
    empty_note = _("Doubtful referrals will wait here for a decision.")
    list_display = ("opened_at", "look", "speaks_against", "at_stake", "waiting", "decision")
    list_display_links = None
    list_filter = (("decided_at", admin.EmptyFieldListFilter), "decision")
    list_select_related = ("referral__advocate__member", "referral__friend")
    ordering = ("decided_at", "opened_at")

    @admin.display(description=_("Referral"))
    def look(self, review: ReferralReview) -> str:
        """The way to the story, where it is decided."""
        row = review.referral
        address = reverse("admin:referrals_referral_change", args=[row.pk])
        whom = row.advocate.member or row.advocate
        return format_html(
            '<a href="{}"><bdi>{}</bdi> → <bdi>{}</bdi></a>', address, whom, row.friend
        )

    @admin.display(description=_("What speaks against it"))
    def speaks_against(self, review: ReferralReview) -> str:
        return " · ".join(why_in_words(reason) for reason in review.reasons)

    @admin.display(description=_("At stake"))
    def at_stake(self, review: ReferralReview) -> str:
        grants = ReferralGrant.objects.filter(referral_id=review.referral_id).order_by("side")
        return " + ".join(f"{grant.amount} {grant.unit}" for grant in grants)

    @admin.display(description=_("In review"), boolean=True)
    def waiting(self, review: ReferralReview) -> bool:
        return review.decided_at is None


@figure(
    slug="referral-reviews",
    question=_("Which referrals have waited a week for somebody to look?"),
    unit=_("referrals"),
    deed="referrals:decide",
    link="admin:referrals_referralreview_changelist",
    order=45,
)
def overdue_reviews(program: Program, at: datetime) -> int:
    """Open reviews that are seven days old (R-43)."""
    rows = ReferralReview.objects.filter(referral__program=program, decided_at=None)
    return rows.filter(opened_at__lte=at - REVIEW_OVERDUE).count()


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
