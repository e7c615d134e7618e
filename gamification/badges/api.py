"""Doors to badges."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gamification.badges import serializers as shapes
from gamification.badges.awards.by_hand import award_by_hand, revoke_by_hand
from gamification.badges.models import Award
from gamification.badges.showing import (
    explain_badge,
    show_award,
    show_badges,
    show_member_badges,
)
from gamification.criteria.life.catalogue import versions_called
from gamification.criteria.switches import switch
from loyalty.access.doors import MemberView, ProgramView
from loyalty.foundation.refusals import NotFound
from loyalty.members.finding import find_member


class Badges(ProgramView):
    scopes: ClassVar = {"GET": "badges:read"}
    publishable: ClassVar = frozenset({"GET"})

    @extend_schema(responses={200: shapes.BadgesOut})
    def get(self, request: Request) -> Response:
        """Every live badge with its tiers and how rare they are; secret ones are absent."""
        return Response({"data": shapes.BadgeOut.many(show_badges(program=self.program))})


class MemberBadges(ProgramView):
    scopes: ClassVar = {"GET": "badges:read", "POST": "badges:write"}

    @extend_schema(responses={200: shapes.MemberBadgesOut})
    def get(self, request: Request, member: str) -> Response:
        """What a member holds, held, and how far they are."""
        whose = find_member(program=self.program, told=member)
        told = show_member_badges(program=self.program, member_id=whose.pk, at=self.now)
        return Response({"data": shapes.MemberBadgeOut.many(told)})

    @extend_schema(
        operation_id="members_badges_award",
        request=shapes.AwardIn,
        responses={201: shapes.AwardOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request, member: str) -> HttpResponse:
        """Award a badge by hand, with a reason; its prize goes along. No rule takes it back."""
        told = self.read(shapes.AwardIn)
        whose = find_member(program=self.program, told=member)
        return self.once(award_by_hand, answer=self.answer, whose=lambda row: row.member_id)(
            program=self.program,
            member_id=whose.pk,
            badge=told["badge"],
            tier=told.get("tier"),
            reason=told["reason"],
            actor=self.actor,
            at=self.now,
        )

    def answer(self, row: Award) -> Any:
        return _answer(self, row)


class MemberBadge(ProgramView):
    scopes: ClassVar = {"DELETE": "badges:write"}
    keyed: ClassVar = frozenset({"POST", "DELETE"})
    dry_runs: ClassVar = frozenset({"DELETE"})
    with_body: ClassVar = frozenset({"DELETE"})

    @extend_schema(
        operation_id="members_badges_revoke",
        request=shapes.RevokeIn,
        responses={200: shapes.AwardOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def delete(self, request: Request, member: str, award: str) -> HttpResponse:
        """Take an award back by hand, with a reason; the row stays, its prize goes back as far as it says."""
        told = self.read(shapes.RevokeIn)
        whose = find_member(program=self.program, told=member)
        row = self.one(Award.objects.all(), award)
        if row.member_id != whose.pk:
            raise NotFound
        return self.once(
            revoke_by_hand,
            answer=lambda row: _answer(self, row),
            status=200,
            whose=lambda row: row.member_id,
        )(
            program=self.program,
            award_id=row.pk,
            reason=told["reason"],
            actor=self.actor,
            at=self.now,
        )


class BadgeExplanation(ProgramView):
    scopes: ClassVar = {"GET": "badges:read"}

    @extend_schema(responses={200: shapes.BadgeExplanationOut})
    def get(self, request: Request, member: str, badge: str) -> Response:
        """Why a member has, or has not, which tier of a badge, and what nearly counted."""
        whose = find_member(program=self.program, told=member)
        told = explain_badge(program=self.program, badge=badge, member_id=whose.pk, at=self.now)
        return Response(shapes.BadgeExplanationOut.alone(told))


class MyBadges(MemberView):
    @extend_schema(responses={200: shapes.MemberBadgesOut})
    def get(self, request: Request) -> Response:
        """One's own badges."""
        told = show_member_badges(program=self.program, member_id=self.member_id, at=self.now)
        return Response({"data": shapes.MemberBadgeOut.many(told)})


class MyPlay(MemberView):
    @extend_schema(
        request=shapes.SwitchIn,
        responses={200: shapes.SwitchesOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def put(self, request: Request) -> HttpResponse:
        """Switch a game, or all, off or on. What was missed meanwhile is caught up silently."""
        told = self.read(shapes.SwitchIn)
        return self.write(switch, answer=lambda off: shapes.SwitchesOut.alone({"off": off}))(
            program=self.program,
            member_id=self.member_id,
            game=told["game"],
            is_on=told["on"],
            at=self.now,
        )


def _answer(door: ProgramView, row: Award) -> Any:
    live = versions_called(door.program, [row.version_id])[row.version_id]
    return shapes.AwardOut.alone(show_award(row, live))
