"""Inviting: the member's code and link to hand on, what came of it, and claiming an invitation that got lost."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.safestring import mark_safe

from loyalty.foundation.refusals import DomainError
from portal.pages.base import LANGUAGES, Page
from referrals.attribution.touching import Context
from referrals.codes.issuing import choose_code, code_of_member
from referrals.codes.limiting import limit_codes
from referrals.guard.refusals import NotCounted
from referrals.plans.refusals import PlanClosed
from referrals.qualification.bringing import Telling, bring
from referrals.qualification.telling.mine import show_member_referral

NETWORK: Final = "member"  # typed by somebody who is known: limits count the member


class Invite(Page):
    """Everything about inviting. Without an open plan there is no such page."""

    template = "portal/invite.html"
    here = "invite"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.show_invitation({"is_claimed": "claimed" in request.GET})

    def show_invitation(
        self, told: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        """The page, with what was typed if it is refused."""
        try:
            code = code_of_member(program=self.program, member_id=self.member.pk, at=self.now)
        except PlanClosed as closed:
            raise Http404 from closed
        referral = show_member_referral(
            program=self.program, code=code, member_id=self.member.pk, at=self.now
        )
        texts = referral["share_texts"]
        own = next((texts[each] for each in (self.language, "en") if each in texts), "")
        return self.show(
            {
                "referral": referral,
                "picture": mark_safe(referral["qr_svg"]),  # noqa: S308 (drawn by ourselves, from our own address)
                "text": own or next(iter(texts.values()), ""),
                "texts": {each: texts[each] for each in LANGUAGES if each in texts},
                **(told or {}),
            },
            status=status,
        )


class ChooseCode(Invite):
    """A code of the member's own wording, once a year."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        wanted = request.POST.get("code", "")
        try:
            choose_code(program=self.program, member_id=self.member.pk, text=wanted, at=self.now)
        except DomainError as refusal:
            return self.show_invitation({"refusal": refusal, "wanted": wanted}, status=422)
        return self.to("invite", status=303)


class Claim(Invite):
    """By whose code the member came, told by hand; what does not count gets one neutral answer."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        told = request.POST.get("code", "")
        try:
            limit_codes(caller=str(self.member.pk), network=NETWORK, typed=True)
            brought = bring(
                program=self.program,
                friend_id=self.member.pk,
                telling=Telling(text=told, context=Context()),
                actor=self.actor,
                at=self.now,
            )
            if brought.refusal is not None:
                raise NotCounted
        except DomainError as refusal:
            return self.show_invitation({"refusal": refusal, "claimed": told}, status=422)
        response = self.to("invite", status=303)
        response.headers["Location"] += "?claimed"
        return response
