"""Doors of the tiers room."""

from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.credentials.scopes import allows
from loyalty.access.describing import listing
from loyalty.access.doors import ProgramView
from loyalty.members.finding import find_member
from loyalty.tiers.giving.granting import end_grant, grant
from loyalty.tiers.models import TierGrant
from loyalty.tiers.serializers import (
    LadderOut,
    TierExplanationOut,
    TierGrantEndIn,
    TierGrantIn,
    TierGrantOut,
    wish_of,
)
from loyalty.tiers.telling.explaining import explain_tier
from loyalty.tiers.telling.showing import show_ladder

OWNERS_SCOPE = "program:write"  # a key that may change the programme is the owner's hand (S-27)


class Tiers(ProgramView):
    scopes: ClassVar = {"GET": "tiers:read"}
    publishable: ClassVar = frozenset({"GET"})

    @extend_schema(responses={200: LadderOut})
    def get(self, request: Request) -> Response:
        """The live ladder: tiers from the lowest up, what reaches them and what they bring."""
        return Response(show_ladder(program=self.program))


class TierExplanation(ProgramView):
    scopes: ClassVar = {"GET": "tiers:read"}

    @extend_schema(responses={200: TierExplanationOut})
    def get(self, request: Request, member: str) -> Response:
        """Why this member is in this tier: what was counted, what it takes, what was decided, what is next."""
        whose = find_member(program=self.program, told=member)
        return Response(explain_tier(program=self.program, member_id=whose.pk, at=self.now))


class MemberTierGrants(ProgramView):
    scopes: ClassVar = {"GET": "tiers:read", "POST": "tiers:write"}

    @listing(TierGrantOut)
    def get(self, request: Request, member: str) -> Response:
        """Tiers that this member was given, newest first; ended ones too."""
        whose = find_member(program=self.program, told=member)
        return self.paged(TierGrant.objects.filter(member=whose), answer=TierGrantOut.many)

    @extend_schema(request=TierGrantIn, responses={201: TierGrantOut})
    def post(self, request: Request, member: str) -> HttpResponse:
        """Give a member a tier until an end; it lifts and never lowers."""
        wish = wish_of(self.read(TierGrantIn))
        whose = find_member(program=self.program, told=member)
        return self.once(grant, answer=TierGrantOut.alone)(
            program=self.program,
            member_id=whose.pk,
            wish=wish,
            actor=self.actor,
            is_owner=allows(self.caller.scopes, wanted=OWNERS_SCOPE),
            at=self.now,
        )


class TierGrantEnd(ProgramView):
    scopes: ClassVar = {"POST": "tiers:write"}

    @extend_schema(request=TierGrantEndIn, responses={200: TierGrantOut})
    def post(self, request: Request, grant: str) -> HttpResponse:
        """End a grant before its time; the member falls to what was earned, at once."""
        reason = self.read(TierGrantEndIn)["reason"]
        given = self.one(TierGrant.objects.all(), grant)
        return self.once(end_grant, answer=TierGrantOut.alone, status=200)(
            program=self.program,
            grant_id=given.pk,
            reason=reason,
            actor=self.actor,
            at=self.now,
        )
