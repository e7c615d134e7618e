"""Doors to levels."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gamification.levels import serializers as shapes
from gamification.levels.showing import explain_level, show_levels
from loyalty.access.doors import Door, MemberView, ProgramView
from loyalty.foundation.ids import Id
from loyalty.members.finding import find_member


class _Levels(Door):
    """What the doors to levels share."""

    def all_of(self, member_id: Id) -> Response:
        told = show_levels(program=self.program, member_id=member_id, at=self.now)
        return Response({"data": shapes.LevelOut.many(told)})

    def why(self, level: str, member_id: Id) -> Response:
        told = explain_level(program=self.program, slug=level, member_id=member_id, at=self.now)
        return Response(shapes.LevelExplanationOut.alone(told))


class MemberLevels(ProgramView, _Levels):
    scopes: ClassVar = {"GET": "levels:read"}

    @extend_schema(responses={200: shapes.LevelsOut})
    def get(self, request: Request, member: str) -> Response:
        """A member's levels: experience, and what is missing to the next."""
        return self.all_of(find_member(program=self.program, told=member).pk)


class LevelExplanation(ProgramView, _Levels):
    scopes: ClassVar = {"GET": "levels:read"}

    @extend_schema(responses={200: shapes.LevelExplanationOut})
    def get(self, request: Request, member: str, level: str) -> Response:
        """Why a member is at this level."""
        return self.why(level, find_member(program=self.program, told=member).pk)


class MyLevels(MemberView, _Levels):
    @extend_schema(responses={200: shapes.LevelsOut})
    def get(self, request: Request) -> Response:
        """One's own levels."""
        return self.all_of(self.member_id)


class MyLevelExplanation(MemberView, _Levels):
    @extend_schema(responses={200: shapes.LevelExplanationOut})
    def get(self, request: Request, level: str) -> Response:
        """Why one is at this level."""
        return self.why(level, self.member_id)
