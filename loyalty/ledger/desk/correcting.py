"""Correcting one member's points by hand: what it would come to stands beside the form, before anything moves (U-24)."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from loyalty.access.approvals.budgets import limit_of, used_of
from loyalty.access.site import actor_of, program_of, refusals_as_messages, standing_in
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import rehearse
from loyalty.ledger.adjusting import Adjusted, Adjustment, adjust
from loyalty.ledger.kinds import POINTS_PER_MOVEMENT_MAX
from loyalty.ledger.reports.balances import balances_of
from loyalty.members.models import Member
from loyalty.programs.calendar import local_day
from loyalty.programs.clock import now_of
from loyalty.programs.models import PointCurrency, Program, ReasonCode

NOTE_LENGTH_MAX: Final = 2_000


class CorrectionFields(forms.Form):
    """How many points, why, and a note. `key` makes a double click count once."""

    currency = forms.ModelChoiceField(
        queryset=PointCurrency.objects.none(),
        label=_("Point currency"),
        to_field_name="slug",
        empty_label=None,
    )
    points = forms.IntegerField(
        label=_("Points"),
        min_value=-POINTS_PER_MOVEMENT_MAX,
        max_value=POINTS_PER_MOVEMENT_MAX,
        help_text=_("50 gives fifty points, -50 takes them away."),
        widget=forms.NumberInput(attrs={"dir": "ltr"}),
    )
    reason = forms.ModelChoiceField(
        queryset=ReasonCode.objects.none(), label=_("Reason"), to_field_name="slug"
    )
    note = forms.CharField(
        label=_("Note for your colleagues"),
        max_length=NOTE_LENGTH_MAX,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    allow_debt = forms.BooleanField(
        label=_("May leave a debt"),
        required=False,
        help_text=_("Takes more than there is; always asks a second person."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def __init__(self, program: Program, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currencies: Any = self.fields["currency"]
        currencies.queryset = PointCurrency.objects.filter(program=program)
        reasons: Any = self.fields["reason"]
        reasons.queryset = ReasonCode.objects.filter(program=program)

    def adjustment(self) -> Adjustment:
        """What a valid form asks for."""
        told = self.cleaned_data
        return Adjustment(
            points=told["points"],
            reason=told["reason"].slug,
            note=told["note"],
            currency_id=told["currency"].pk,
            allow_debt=told["allow_debt"],
        )


class CorrectionPage:
    """The page that corrects one member's points, beside Django's own pages of accounts."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        """The page of one member."""
        page = path(
            "member/<uuid:member_id>/adjust/",
            self.admin_site.admin_view(self.adjust_view),
            name="loyalty_account_adjust",
        )
        around: Any = super()
        return [page, *around.get_urls()]

    def adjust_view(self, request: HttpRequest, member_id: Id) -> HttpResponseBase:
        """The form; with `live` or `check` only what it would come to, else it is done."""
        if not standing_in(request).may("ledger:adjust"):
            raise PermissionDenied
        program = program_of(request)
        member = Member.objects.filter(program=program, pk=member_id).first()
        if member is None:
            raise Http404
        fields = CorrectionFields(program, request.POST or None)
        is_valid = request.method == "POST" and fields.is_valid()
        if (
            is_valid
            and not {"live", "check"} & set(request.POST)
            and _done(request, member, fields)
        ):
            return HttpResponseRedirect(reverse("admin:loyalty_account_story", args=[member.pk]))
        is_live = "live" in request.POST
        return TemplateResponse(
            request,
            "ledger/adjust_live.html" if is_live else "ledger/adjust.html",
            {
                **({} if is_live else self.admin_site.each_context(request)),
                "title": _("Adjust the points of {member}").format(member=member),
                "opts": self.opts,
                "member": member,
                "form": fields,
                "budget": budget_of(request, program),
                "outlook": _outlook(request, member, fields) if is_valid else None,
            },
        )


def budget_of(request: HttpRequest, program: Program) -> dict[str, Any]:
    """How much of today's budget whoever is signed in has left; no limit: None."""
    person = standing_in(request).user.pk
    limit = limit_of(program=program, person_id=person)
    used = used_of(program=program, person_id=person, day=local_day(now_of(program), program.zone))
    return {"limit": limit, "used": used, "left": None if limit is None else limit - used}


def _outlook(request: HttpRequest, member: Member, fields: CorrectionFields) -> dict[str, Any]:
    """What it would come to: balances before and after, a second person, or the refusal."""
    program = program_of(request)
    slug = fields.cleaned_data["currency"].slug
    told: Any = balances_of(program, [member.pk], now_of(program))
    parts = told[member.pk].get(slug, {})
    before = parts.get("available", 0) - parts.get("negative", 0)
    try:
        adjusted = _adjusted(request, member, fields, rehearsed=True)
    except DomainError as refusal:
        return {"refusal": refusal.sentence(), "before": before}
    if adjusted.proposal:
        return {"needs_second": True, "before": before}
    return {"before": before, "after": before + fields.cleaned_data["points"]}


def _adjusted(
    request: HttpRequest, member: Member, fields: CorrectionFields, *, rehearsed: bool = False
) -> Adjusted:
    program = program_of(request)
    rule = rehearse(adjust, answer=lambda adjusted: adjusted) if rehearsed else adjust
    return rule(
        program=program,
        member_ids=[member.pk],
        adjustment=fields.adjustment(),
        key=fields.cleaned_data["key"],
        actor=actor_of(request),
        at=now_of(program),
    )


def _done(request: HttpRequest, member: Member, fields: CorrectionFields) -> bool:
    """Adjust, or propose; a refusal is shown and leaves the form as it was."""
    is_done = False
    with refusals_as_messages(request):
        adjusted = _adjusted(request, member, fields)
        if adjusted.proposal:
            messages.warning(
                request, _("A second person must approve this. Nothing has moved yet.")
            )
        else:
            messages.success(request, _("Adjusted."))
        is_done = True
    return is_done  # noqa: RET504 (a refusal was shown instead, and leaves it undone)
