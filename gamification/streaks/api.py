"""Doors to streaks."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gamification.criteria.life.catalogue import Live, live_definition
from gamification.streaks import serializers as shapes
from gamification.streaks.explaining import explain_streak
from gamification.streaks.kinds import GAME
from gamification.streaks.pausing import Days, declare_pause
from gamification.streaks.repairing import give_freezes, repair_streak
from gamification.streaks.showing import show_streak, show_streaks
from loyalty.access.doors import Door, MemberView, ProgramView
from loyalty.foundation.ids import Id
from loyalty.members.finding import find_member


class _Streaks(Door):
    """What the doors to streaks share."""

    def streak(self, slug: str) -> Live:
        return live_definition(self.program, GAME, slug)

    def all_of(self, member_id: Id) -> Response:
        shown = show_streaks(program=self.program, member_id=member_id, at=self.now)
        return Response({"data": shapes.StreakOut.many(shown)})

    def one_of(self, streak: Live, member_id: Id) -> Any:
        """What to answer after a change: the streak as it stands then."""
        return lambda _result: shapes.StreakOut.alone(
            show_streak(program=self.program, streak=streak, member_id=member_id, at=self.now)
        )

    def pause(self, slug: str, member_id: Id) -> HttpResponse:
        told = self.read(shapes.PauseIn)
        streak = self.streak(slug)
        return self.once(declare_pause, answer=self.one_of(streak, member_id))(
            program=self.program,
            streak=streak,
            member_id=member_id,
            days=Days(first=told["first"], last=told["last"]),
            actor=self.actor,
            at=self.now,
        )


class MemberStreaks(ProgramView, _Streaks):
    scopes: ClassVar = {"GET": "streaks:read"}

    @extend_schema(responses={200: shapes.StreaksOut})
    def get(self, request: Request, member: str) -> Response:
        """A member's streaks: length, deadline, freezes, the last periods."""
        return self.all_of(find_member(program=self.program, told=member).pk)


class StreakExplanation(ProgramView, _Streaks):
    scopes: ClassVar = {"GET": "streaks:read"}

    @extend_schema(responses={200: shapes.StreakExplanationOut})
    def get(self, request: Request, member: str, streak: str) -> Response:
        """Why a member's streak is as long as it is, period by period."""
        whose = find_member(program=self.program, told=member)
        told = explain_streak(
            program=self.program, streak=self.streak(streak), member_id=whose.pk, at=self.now
        )
        return Response(shapes.StreakExplanationOut.alone(told))


class StreakPauses(ProgramView, _Streaks):
    scopes: ClassVar = {"POST": "streaks:write"}

    @extend_schema(request=shapes.PauseIn, responses={201: shapes.StreakOut})
    def post(self, request: Request, member: str, streak: str) -> HttpResponse:
        """Pause a streak on days to come, at most thirty days of a year."""
        return self.pause(streak, find_member(program=self.program, told=member).pk)


class StreakRepairs(ProgramView, _Streaks):
    scopes: ClassVar = {"POST": "streaks:write"}

    @extend_schema(request=shapes.RepairIn, responses={201: shapes.StreakOut})
    def post(self, request: Request, member: str, streak: str) -> HttpResponse:
        """Make the last loss of a streak good, within seven periods and with a reason."""
        told = self.read(shapes.RepairIn)
        whose = find_member(program=self.program, told=member)
        found = self.streak(streak)
        return self.once(repair_streak, answer=self.one_of(found, whose.pk))(
            program=self.program,
            streak=found,
            member_id=whose.pk,
            reason=told["reason"],
            actor=self.actor,
            at=self.now,
        )


class StreakFreezes(ProgramView, _Streaks):
    scopes: ClassVar = {"POST": "streaks:write"}

    @extend_schema(request=shapes.FreezesIn, responses={201: shapes.StreakOut})
    def post(self, request: Request, member: str, streak: str) -> HttpResponse:
        """Give a member freezes, for a reason; more than the streak's cap are never owned."""
        told = self.read(shapes.FreezesIn)
        whose = find_member(program=self.program, told=member)
        found = self.streak(streak)
        return self.once(give_freezes, answer=self.one_of(found, whose.pk))(
            program=self.program,
            streak=found,
            member_id=whose.pk,
            gift=(told["quantity"], told["reason"]),
            actor=self.actor,
            at=self.now,
        )


class MyStreaks(MemberView, _Streaks):
    @extend_schema(responses={200: shapes.StreaksOut})
    def get(self, request: Request) -> Response:
        """One's own streaks."""
        return self.all_of(self.member_id)


class MyStreakPauses(MemberView, _Streaks):
    @extend_schema(request=shapes.PauseIn, responses={201: shapes.StreakOut})
    def post(self, request: Request, streak: str) -> HttpResponse:
        """Pause one's own streak on days to come."""
        return self.pause(streak, self.member_id)
