"""A member's rewards in the admin: what they got, what they could have, and a gift for goodwill (W-72)."""

from typing import Any

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
from loyalty.members.models import Member
from loyalty.programs.calendar import local_day
from loyalty.programs.clock import now_of
from loyalty.programs.models import PointCurrency, Program, ReasonCode
from loyalty.programs.texts import in_words
from loyalty.rewards.desk.issued.sums import last_day_told
from loyalty.rewards.giving.goodwill import Goodwill, give_by_hand
from loyalty.rewards.kinds import RewardState
from loyalty.rewards.models import Redemption, Reward
from loyalty.rewards.models.redemptions import QUANTITY_MAX
from loyalty.rewards.showing.catalogue import show_catalogue_to
from loyalty.rewards.showing.redemptions import show_redemptions

ROWS_MAX = 50  # the newest; the list of redemptions has them all


class GoodwillForm(forms.Form):
    """What, why, and a note. `key` makes a double click count once."""

    reward = forms.ModelChoiceField(
        queryset=Reward.objects.none(), label=_("Reward"), to_field_name="slug"
    )
    quantity = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=QUANTITY_MAX, initial=1)
    reason = forms.ModelChoiceField(
        queryset=ReasonCode.objects.none(), label=_("Reason"), to_field_name="slug"
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, widget=forms.TextInput(attrs={"size": 60, "dir": "auto"})
    )
    case = forms.CharField(label=_("Case"), max_length=100, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def __init__(self, program: Program, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        live: Any = self.fields["reward"]
        live.queryset = Reward.objects.filter(program=program, state=RewardState.LIVE)
        reasons: Any = self.fields["reason"]
        reasons.queryset = ReasonCode.objects.filter(program=program)


class MemberPages:
    """The page of one member's rewards, beside Django's own pages of redemptions."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        """The page of one member."""
        page = path(
            "member/<uuid:member_id>/",
            self.admin_site.admin_view(self.member_view),
            name="loyalty_redemption_of_member",
        )
        around: Any = super()
        return [page, *around.get_urls()]

    def member_view(self, request: HttpRequest, member_id: Id) -> HttpResponseBase:
        """What the member got, what they can have and why not, and the form for a gift."""
        standing = standing_in(request)
        if not standing.may("members:read"):
            raise PermissionDenied
        program = program_of(request)
        member = Member.objects.filter(program=program, pk=member_id).first()
        if member is None:
            raise Http404
        may_give = standing.may("rewards:give")
        form = GoodwillForm(program, request.POST or None)
        if request.method == "POST" and not may_give:
            raise PermissionDenied
        if request.method == "POST" and form.is_valid() and _given(request, program, member, form):
            return HttpResponseRedirect(request.path)
        return TemplateResponse(
            request,
            "rewards/member.html",
            {
                **self.admin_site.each_context(request),
                "title": _("The rewards of {member}").format(member=member),
                "opts": self.opts,
                "member": member,
                "form": form if may_give else None,
                "budget": _budget(request, program) if may_give else None,
                "redemptions": _redemptions(program, member),
                "catalogue": _catalogue(program, member),
                "story": reverse("admin:loyalty_account_story", args=[member.pk]),
            },
        )


def _given(request: HttpRequest, program: Program, member: Member, form: GoodwillForm) -> bool:
    """Give, or propose; a refusal is shown and leaves the form as it was."""
    told, is_done = form.cleaned_data, False
    goodwill = Goodwill(
        member_id=member.pk,
        reward=told["reward"].slug,
        quantity=told["quantity"],
        reason=told["reason"].slug,
        note=told["note"],
        case=told["case"],
    )
    with refusals_as_messages(request):
        outcome = give_by_hand(
            program=program,
            goodwill=goodwill,
            key=told["key"],
            actor=actor_of(request),
            at=now_of(program),
        )
        if outcome.proposal:
            messages.warning(
                request, _("A second person must approve this. Nothing was given yet.")
            )
        else:
            messages.success(request, _("Given: {reward}.").format(reward=told["reward"]))
        is_done = True
    return is_done  # noqa: RET504 (a refusal was shown instead, and leaves it undone)


def _redemptions(program: Program, member: Member) -> list[dict[str, Any]]:
    rows = Redemption.objects.filter(member=member).order_by("-id")[:ROWS_MAX]
    views = show_redemptions(list(rows), program=program, show_codes=False)
    for row, view in zip(rows, views, strict=True):
        view["row"] = row
        for voucher in view["vouchers"]:
            voucher["through"] = last_day_told(voucher["ends_at"])
    return views


def _catalogue(program: Program, member: Member) -> list[dict[str, Any]]:
    """What the member can have, each price with the name of its points."""
    views = show_catalogue_to(program=program, member_id=member.pk, at=now_of(program))
    currencies = PointCurrency.objects.filter(program=program)
    names = {slug: in_words(name) for slug, name in currencies.values_list("slug", "name")}
    for price in (view["price"] for view in views if view["price"]):
        price["named"] = names.get(price["currency"], price["currency"])
    return views


def _budget(request: HttpRequest, program: Program) -> dict[str, Any]:
    """How much of today's budget this person has left; no limit: None."""
    person = standing_in(request).user.pk
    limit = limit_of(program=program, person_id=person)
    used = used_of(program=program, person_id=person, day=local_day(now_of(program), program.zone))
    return {"limit": limit, "used": used, "left": None if limit is None else limit - used}
