"""Doors to challenges."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gamification.challenges import serializers as shapes
from gamification.challenges.attempts.joining import join, leave
from gamification.challenges.kinds import GAME
from gamification.challenges.looking.explaining import explain_challenge
from gamification.challenges.looking.showing import show_challenge, show_challenges
from gamification.criteria.life.catalogue import Live, live_definition
from loyalty.access.doors import Door, MemberView, ProgramView
from loyalty.foundation.ids import Id
from loyalty.members.finding import find_member


class _Challenges(Door):
    """What the doors to challenges share."""

    def all_of(self, member_id: Id) -> Response:
        shown = show_challenges(program=self.program, member_id=member_id, at=self.now)
        return Response({"data": shapes.ChallengeOut.many(shown)})

    def joined(self, slug: str, member_id: Id) -> HttpResponse:
        told = self.read(shapes.JoinIn)
        challenge = live_definition(self.program, GAME, slug)
        return self.once(join, answer=self.one_of(challenge, member_id), whose=lambda row: row.member_id)(
            program=self.program,
            challenge=challenge,
            member_id=member_id,
            team=told.get("team"),
            at=self.now,
        )  # fmt: skip

    def left(self, slug: str, member_id: Id) -> HttpResponse:
        challenge = live_definition(self.program, GAME, slug)
        return self.once(leave, answer=self.one_of(challenge, member_id), whose=lambda row: row.member_id)(
            program=self.program, challenge=challenge, member_id=member_id, at=self.now
        )  # fmt: skip

    def one_of(self, challenge: Live, member_id: Id) -> Callable[[object], Any]:
        """What to answer after a change: the challenge as it is then."""
        return lambda _result: shapes.ChallengeOut.alone(
            show_challenge(
                program=self.program, challenge=challenge, member_id=member_id, at=self.now
            )
        )


class MemberChallenges(ProgramView, _Challenges):
    scopes: ClassVar = {"GET": "challenges:read"}

    @extend_schema(responses={200: shapes.ChallengesOut})
    def get(self, request: Request, member: str) -> Response:
        """A member's challenges: what is open, how far they are, what was done."""
        return self.all_of(find_member(program=self.program, told=member).pk)


class ChallengeExplanation(ProgramView, _Challenges):
    scopes: ClassVar = {"GET": "challenges:read"}

    @extend_schema(responses={200: shapes.ChallengeExplanationOut})
    def get(self, request: Request, member: str, challenge: str) -> Response:
        """Why a challenge is done for a member, or not, and what nearly counted."""
        told = explain_challenge(
            program=self.program,
            challenge=live_definition(self.program, GAME, challenge),
            member_id=find_member(program=self.program, told=member).pk,
            at=self.now,
        )
        return Response(shapes.ChallengeExplanationOut.alone(told))


class ChallengeJoining(ProgramView, _Challenges):
    scopes: ClassVar = {"POST": "challenges:write"}

    @extend_schema(request=shapes.JoinIn, responses={201: shapes.ChallengeOut})
    def post(self, request: Request, member: str, challenge: str) -> HttpResponse:
        """Take a challenge up for a member."""
        return self.joined(challenge, find_member(program=self.program, told=member).pk)


class ChallengeLeaving(ProgramView, _Challenges):
    scopes: ClassVar = {"POST": "challenges:write"}

    @extend_schema(request=None, responses={201: shapes.ChallengeOut})
    def post(self, request: Request, member: str, challenge: str) -> HttpResponse:
        """Give a member's running go up."""
        return self.left(challenge, find_member(program=self.program, told=member).pk)


class MyChallenges(MemberView, _Challenges):
    @extend_schema(responses={200: shapes.ChallengesOut})
    def get(self, request: Request) -> Response:
        """One's own challenges."""
        return self.all_of(self.member_id)


class MyChallengeJoining(MemberView, _Challenges):
    @extend_schema(request=shapes.JoinIn, responses={201: shapes.ChallengeOut})
    def post(self, request: Request, challenge: str) -> HttpResponse:
        """Take a challenge up."""
        return self.joined(challenge, self.member_id)


class MyChallengeLeaving(MemberView, _Challenges):
    @extend_schema(request=None, responses={201: shapes.ChallengeOut})
    def post(self, request: Request, challenge: str) -> HttpResponse:
        """Give one's own running go up."""
        return self.left(challenge, self.member_id)
