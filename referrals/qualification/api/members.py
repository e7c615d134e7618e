"""Doors to one member's code and friends."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.doors import MemberView
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.wire import problems
from loyalty.members.finding import find_member
from loyalty.programs.tenants import Program
from referrals.attribution.touching import Context
from referrals.codes.issuing import choose_code, code_of_member
from referrals.codes.limiting import limit_codes
from referrals.codes.models import ReferralCode
from referrals.guard.refusals import NotCounted
from referrals.plans.refusals import PlanClosed
from referrals.qualification import serializers as shapes
from referrals.qualification.api.doors import ReferralDoor
from referrals.qualification.bringing import Brought, Telling, attach_by_staff, bring
from referrals.qualification.telling.mine import show_brought_by, show_member_referral


class MemberAttaching(ReferralDoor):
    scopes: ClassVar = {"POST": "referrals:decide"}

    @extend_schema(request=shapes.AttachIn, responses={201: shapes.ReferralOut})
    def post(self, request: Request, member: str) -> HttpResponse:
        """Attach a lost referral to a friend who has none that counts; it is marked as attached."""
        told = self.read(shapes.AttachIn)
        friend = find_member(program=self.program, told=member)
        return self.bringing(
            attach_by_staff, friend_id=friend.pk, text=told["code"], reason=told["reason"]
        )


class MemberReferral(ReferralDoor):
    scopes: ClassVar = {"GET": "referrals:read"}

    @extend_schema(responses={200: shapes.MemberReferralOut})
    def get(self, request: Request, member: str) -> Response:
        """A member's code, link, QR code and share texts, and what came of them."""
        whose = find_member(program=self.program, told=member)
        code = _code(self.program, whose.pk, at=self.now)
        return Response(
            show_member_referral(program=self.program, code=code, member_id=whose.pk, at=self.now)
        )


class MyReferral(MemberView):
    keyed: ClassVar = frozenset({"PATCH"})

    @extend_schema(responses={200: shapes.MemberReferralOut})
    def get(self, request: Request) -> Response:
        """One's own code, link, QR code and share texts, each friend as a number, and who one came by."""
        code = _code(self.program, self.member_id, at=self.now)
        return Response(self._shown(code))

    @extend_schema(request=shapes.CodeIn, responses={200: shapes.MemberReferralOut})
    def patch(self, request: Request) -> HttpResponse:
        """Choose one's code, once a year; the old one keeps working."""
        text = self.read(shapes.CodeIn)["code"]
        return self.once(choose_code, answer=self._shown, status=200)(
            program=self.program, member_id=self.member_id, text=text, at=self.now
        )

    def _shown(self, code: ReferralCode) -> dict[str, Any]:
        return show_member_referral(
            program=self.program, code=code, member_id=self.member_id, at=self.now
        )


class MyReferralClaim(MemberView):
    @extend_schema(request=shapes.CodeIn, responses={201: shapes.BroughtByOut})
    def post(self, request: Request) -> HttpResponse:
        """Say whose code one came by, when it was lost on the way."""
        text = self.read(shapes.CodeIn)["code"]
        limit_codes(caller=str(self.member_id), network="member", typed=True)
        response = self.once(bring, answer=self._told, status=_status)(
            program=self.program,
            friend_id=self.member_id,
            telling=Telling(text=text, context=Context()),
            actor=self.actor,
            at=self.now,
        )
        if response.status_code == 422:
            response["Content-Type"] = problems.CONTENT_TYPE
        return response

    def _told(self, brought: Brought) -> dict[str, Any]:
        """What was recorded; why it does not count is not for members (R-45)."""
        if brought.refusal is None:
            told = show_brought_by(self.program, self.member_id)
            assert told is not None, "it was kept"
            return told
        if self.dry_run:
            raise NotCounted
        return problems.body_of(NotCounted(), request_id=getattr(self.wire, "request_id", ""))


def _status(brought: Brought) -> int:
    return 422 if brought.refusal else 201


def _code(program: Program, member_id: Id, *, at: Any) -> ReferralCode:
    """Where no plan is open to members there is nothing to hand on."""
    try:
        return code_of_member(program=program, member_id=member_id, at=at)
    except PlanClosed as closed:
        raise NotFound from closed
