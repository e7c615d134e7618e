"""The page on which a plan is written: as a form with what it says beside it, or as JSON (U-30)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from loyalty.access.site import actor_of, program_of, refusals_as_messages
from loyalty.earning.desk.pieces.around import Around
from loyalty.earning.desk.pieces.trips import why_not
from loyalty.earning.telling.words import money
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Malformed
from loyalty.foundation.shapes import Shape
from loyalty.foundation.units import rehearse
from loyalty.programs.tenants import Program
from referrals.plans.kinds import Audience, RewardKind
from referrals.plans.models import PlanVersion, ReferralPlan
from referrals.plans.publishing import draft_version
from referrals.plans.shapes import PLAN
from referrals.plans.terms import Reward, read_terms, terms_of
from referrals.qualification.desk.plan_forms import matrix_of
from referrals.qualification.desk.writing.editor import PlanEditor
from referrals.qualification.desk.writing.forms import (
    VersionForm,
    newest_of,
    starting_point,
    wording,
)
from referrals.qualification.telling.previewing import preview_version
from referrals.qualification.telling.wording import plan_in_words

SETTINGS = Shape(PLAN)
Json = dict[str, Any]


class Writing:
    """The pages on which a plan is written; mixed into its admin class."""

    admin_site: Any
    opts: Any
    allows: Any
    get_queryset: Any

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Json | None = None
    ) -> HttpResponse:
        """Write a new plan."""
        return self._write(request, None)

    def draft_view(self, request: HttpRequest, plan_id: Id) -> HttpResponse:
        """Write the next version, starting from the newest."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        plan = self.get_queryset(request).filter(pk=plan_id).first()
        if plan is None:
            raise Http404
        return self._write(request, plan)

    def _write(self, request: HttpRequest, plan: ReferralPlan | None) -> HttpResponse:
        if not self.allows(request, "write"):
            raise PermissionDenied
        told, program = starting_point(plan), program_of(request)
        around = {**self.admin_site.each_context(request), "opts": self.opts, "plan": plan}
        around["title"] = _("Draft of a plan")

        def make(data: QueryDict | None) -> PlanEditor:
            return PlanEditor(around=Around(program), told=told, data=data, is_new=plan is None)

        is_text, why = "text" in request.GET or "definition" in request.POST, ""
        if not is_text and request.method == "GET":
            why = why_not(make, told)
        if is_text or why:
            return _write_text(request, told, around=around | {"why": why})
        form = make(request.POST if request.method == "POST" else None)
        return _write_form(request, plan, form, around=around)


def _write_form(
    request: HttpRequest, plan: ReferralPlan | None, form: PlanEditor, *, around: Json
) -> HttpResponse:
    """Show the form; on POST check what was written, try it on the history there is, or keep it."""
    data, program = request.POST, program_of(request)
    beside: Json = {} if form.is_bound else _beside(program, dict(form.before))
    newest = newest_of(plan)
    seen = str(newest.pk) if newest else ""
    if form.is_bound and "add" in data:
        form.forgive()
    elif form.is_bound and form.is_valid():
        try:
            if not {"keep", "publish"} & data.keys():
                beside = _rehearsed(request, form.said(), tries="try" in data)
            elif data.get("seen") == seen:
                return _kept(request, form.said())
            else:
                form.add_error(None, _("Somebody else has written a version meanwhile. Look at what it says, and keep yours if it shall stand."))  # fmt: skip
        except DomainError as refusal:
            form.blame_all(refusal)
    is_live = "live" in data
    context = {
        **({} if is_live else around),
        "form": form,
        "has_errors": form.is_bound and form.has_errors,
        "seen": seen,
        **beside,
    }
    name = "referrals/plan_live.html" if is_live else "referrals/plan_editor.html"
    return TemplateResponse(request, name, context)


def _write_text(request: HttpRequest, told: Json, *, around: Json) -> HttpResponse:
    """The plan as one text of JSON."""
    form = VersionForm(request.POST or None, initial={"definition": told})
    if request.method == "POST" and form.is_valid():
        definition = form.cleaned_data["definition"]
        for problem in SETTINGS.problems_with(definition):
            form.add_error("definition", f"{problem.pointer}: {problem.message}")
        if form.is_valid():
            with refusals_as_messages(request):
                return _kept(request, definition, is_shown=True)
    return TemplateResponse(request, "referrals/draft.html", {**around, "form": form})


def _kept(request: HttpRequest, told: Json, *, is_shown: bool = False) -> HttpResponse:
    """Keep a draft: on to its preview, or back to the form."""
    _demand(told)
    version = draft_version(**wording(program_of(request), told, actor=actor_of(request)))
    messages.success(request, _("Kept as a draft: nothing changes until it is published."))
    if is_shown or "publish" in request.POST:
        address = reverse("admin:referrals_planversion_preview", args=[version.pk])
    else:
        address = reverse("admin:referrals_referralplan_draft", args=[version.plan_id])
    return HttpResponseRedirect(address)


def _rehearsed(request: HttpRequest, told: Json, *, tries: bool) -> Json:
    """What the plan says and would have cost: drafted as it will be kept, looked at, rolled back."""
    _demand(told)
    program = program_of(request)
    how = wording(program, told, actor=actor_of(request))

    def seen(version: PlanVersion) -> Json:
        beside = _beside(program, told)
        if tries:
            beside |= preview_shown(program, version, at=how["at"])
        return beside

    found: Json = rehearse(draft_version, answer=seen)(**how)
    return found


def _demand(told: Json) -> None:
    problems = SETTINGS.problems_with(told)
    if problems:
        raise Malformed(problems=problems)


def preview_shown(program: Program, version: PlanVersion, *, at: Any) -> Json:
    """The last 90 days under this version, for a table."""
    preview = preview_version(program=program, version=version, at=at)
    terms = terms_of(version)
    paid = {
        "friend": _paid(preview.friend, terms.friend_reward),
        "advocate": _paid(preview.advocate, terms.advocate_reward),
        "welcome": _paid(preview.welcome, terms.welcome),
    }
    cost = money(preview.cost, program.currency)
    return {"preview": preview, "paid": paid, "cost": cost, "matrix": matrix_of(preview.replay)}


def _paid(told: tuple[int, str], reward: Reward | None) -> str:
    """Points of a currency, vouchers of a reward, or money."""
    amount, unit = told
    if reward is None or not amount:
        return ""
    return money(amount, unit) if reward.kind == RewardKind.PAYABLE else f"{amount} {unit}"


def _beside(program: Program, told: Json) -> Json:
    """What the plan says, in every language of ours."""
    said = []
    terms, audience = read_terms(told), told.get("audience", Audience.MEMBERS)
    for language, name in settings.LANGUAGES:
        with translation.override(language):
            lines = plan_in_words(terms, program, audience=audience)
        is_rtl = language in settings.LANGUAGES_BIDI
        said.append({"language": language, "name": name, "dir": "rtl" if is_rtl else "ltr", "lines": lines})  # fmt: skip
    return {"sentences": said, "here": translation.get_language()}
