"""Doors to referrals: told, listed, explained, decided; and the guard tried on history."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.describing import listing
from loyalty.foundation.ids import read_id
from loyalty.foundation.units import UnitOfWork
from loyalty.members.finding import find_member
from loyalty.programs.tenants import Program
from referrals.attribution.models import Referral
from referrals.attribution.serializers import context_of
from referrals.codes.limiting import limit_codes
from referrals.guard.appealing import appeal
from referrals.guard.replaying import DAYS_DEFAULT, replay
from referrals.qualification import serializers as shapes
from referrals.qualification.api.doors import INSPECT, ReferralDoor
from referrals.qualification.bringing import Telling, attach_by_staff, bring
from referrals.qualification.deciding import approve_by_hand, reject_by_hand, reopen
from referrals.qualification.telling.explaining import explain_referral
from referrals.qualification.telling.replays import guard_told, plan_named, show_replay
from referrals.qualification.telling.showing import show_referrals


class Referrals(ReferralDoor):
    scopes: ClassVar = {"GET": "referrals:read", "POST": "referrals:write"}

    @listing(
        shapes.ReferralOut,
        parameters=[
            OpenApiParameter("state", str, description="Exact match."),
            OpenApiParameter("advocate", str, description="`adv_…`, `mem_…` or `ext:…`."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Referrals, newest first."""
        rows = self.rows().filter(program=self.program)
        if "state" in request.query_params:
            rows = rows.filter(state=request.query_params["state"])
        if "advocate" in request.query_params:
            rows = _of_advocate(rows, self.program, request.query_params["advocate"])
        return self.paged(
            rows, answer=lambda page: show_referrals(page, may_inspect=self.may_inspect)
        )

    @extend_schema(request=shapes.ReferralIn, responses={201: shapes.ReferralOut})
    def post(self, request: Request) -> HttpResponse:
        """Tell who brought a friend: a typed code at the first check-out, a lost one claimed, or a visitor's token."""
        told = self.read(shapes.ReferralIn)
        context = context_of(told.get("context", {}))
        limit_codes(
            caller=str(self.caller.key and self.caller.key.pk), network=context.network, typed=True
        )
        friend = find_member(program=self.program, told=told["friend"])
        telling = Telling(text=told["code"], context=context)
        return self.bringing(bring, friend_id=friend.pk, telling=telling)


class OneReferral(ReferralDoor):
    scopes: ClassVar = {"GET": "referrals:read"}

    @extend_schema(responses={200: shapes.ReferralOut})
    def get(self, request: Request, referral: str) -> Response:
        """One referral."""
        return Response(self.shown(self.one(self.rows(), referral)))


class ReferralExplanation(ReferralDoor):
    scopes: ClassVar = {"GET": "referrals:read"}

    @extend_schema(responses={200: shapes.ReferralExplanationOut})
    def get(self, request: Request, referral: str) -> Response:
        """Which touch won and why the others did not, what the order lacks, each date, each cap, each check."""
        row = self.one(self.rows(), referral)
        told = explain_referral(
            row, program=self.program, at=self.now, may_inspect=self.may_inspect
        )
        return Response(told)


class Decision(ReferralDoor):
    """A decision with a reason; subclasses name the rule."""

    rule: ClassVar[UnitOfWork[..., Referral]]
    scopes: ClassVar = {"POST": "referrals:decide"}

    @extend_schema(request=shapes.ReasonIn, responses={200: shapes.ReferralOut})
    def post(self, request: Request, referral: str) -> HttpResponse:
        """Decide about this referral, with a reason."""
        reason = self.read(shapes.ReasonIn)["reason"]
        row = self.one(Referral.objects.all(), referral)
        rule = type(self).rule
        return self.once(rule, answer=self.decided, status=200)(
            program=self.program,
            referral_id=row.pk,
            reason=reason,
            actor=self.actor,
            at=self.now,
        )

    def decided(self, row: Referral) -> dict[str, Any]:
        return self.shown(self.rows().get(pk=row.pk))


class ReferralApproval(Decision):
    rule = approve_by_hand


class ReferralRejection(Decision):
    rule = reject_by_hand


class ReferralReopening(Decision):
    rule = reopen


class ReferralAppeals(ReferralDoor):
    scopes: ClassVar = {"POST": "referrals:write"}

    @extend_schema(request=shapes.AppealIn, responses={201: shapes.ReferralOut})
    def post(self, request: Request, referral: str) -> HttpResponse:
        """A rejected side says why it should count, once and within 30 days."""
        words = self.read(shapes.AppealIn)["words"]
        row = self.one(self.rows(), referral)
        return self.once(appeal, answer=lambda _row: self.shown(row), status=201)(
            program=self.program, referral_id=row.pk, words=words, at=self.now
        )


class ReferralAttaching(ReferralDoor):
    scopes: ClassVar = {"POST": "referrals:decide"}

    @extend_schema(request=shapes.AttachIn, responses={201: shapes.ReferralOut})
    def post(self, request: Request, referral: str) -> HttpResponse:
        """Attach the friend of a rejected referral to whoever really brought them."""
        told = self.read(shapes.AttachIn)
        row = self.one(Referral.objects.all(), referral)
        return self.bringing(
            attach_by_staff, friend_id=row.friend_id, text=told["code"], reason=told["reason"]
        )


class PlanReplay(ReferralDoor):
    scopes: ClassVar = {"POST": INSPECT}
    dry_runs: ClassVar = frozenset()

    @extend_schema(request=shapes.ReplayIn, responses={200: shapes.ReplayOut})
    def post(self, request: Request, plan: str) -> Response:
        """Weigh the stored checks of the last days under another guard; changes nothing."""
        told = self.read(shapes.ReplayIn)
        row = plan_named(self.program, plan)
        found = replay(
            program=self.program,
            plan=row,
            terms=guard_told(row, told),
            at=self.now,
            days=told.get("days", DAYS_DEFAULT),
        )
        return Response(show_replay(found))


def _of_advocate(rows: QuerySet[Referral], program: Program, told: str) -> QuerySet[Referral]:
    if told.startswith("adv_"):
        return rows.filter(advocate_id=read_id("adv", told))
    return rows.filter(advocate_member_id=find_member(program=program, told=told).pk)
