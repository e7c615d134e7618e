"""Doors to boards."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gamification.leaderboards import serializers as shapes
from gamification.leaderboards.kinds import Choice
from gamification.leaderboards.models import Visibility
from gamification.leaderboards.seeing.choosing import (
    Wanted,
    choose_visibility,
    visibility_of,
)
from gamification.leaderboards.telling.explaining import explain_score
from gamification.leaderboards.telling.reading import boards_in
from gamification.leaderboards.telling.showing import show_around, show_top
from loyalty.access.callers.authenticating import CallerKind
from loyalty.access.doors import Door, MemberView, ProgramView
from loyalty.foundation.ids import Id
from loyalty.members.finding import find_member


class _Boards(Door):
    """What the doors to boards share."""

    def boards(self) -> Response:
        rows = [
            {
                "id": board.live.shown_id,
                "slug": board.live.slug,
                "name": board.live.name,
                "state": board.live.state,
                "period": board.unit.value,
                "method": board.ranking.value,
            }
            for board in boards_in(self.program)
        ]
        return Response({"data": shapes.LeaderboardOut.many(rows)})

    def query(self, shape: type[Any]) -> dict[str, Any]:
        """The query in this shape; what it does not know is refused."""
        told: dict[str, Any] = self.read(shape, _numbers(self.wire.GET.dict()))
        return told

    def explanation(self, slug: str, period: str, member_id: Id) -> Response:
        told = explain_score(
            program=self.program, slug=slug, period=period, member_id=member_id, at=self.now
        )
        return Response(shapes.BoardExplanationOut.alone(told))


class Leaderboards(ProgramView, _Boards):
    scopes: ClassVar = {"GET": "leaderboards:read"}
    publishable = frozenset({"GET"})

    @extend_schema(responses={200: shapes.LeaderboardsOut})
    def get(self, request: Request) -> Response:
        """The boards of the programme."""
        return self.boards()


class _KeyBoards(ProgramView, _Boards):
    """Boards for keys: only secret ones are told the ids of members."""

    def page(self, told: dict[str, Any]) -> Response:
        if self.caller.kind != CallerKind.SECRET:
            for row in told["rows"]:
                row["member"] = None
        return Response(shapes.KeyLeaderboardPageOut.alone(told))


class Leaderboard(_KeyBoards):
    scopes: ClassVar = {"GET": "leaderboards:read"}
    publishable = frozenset({"GET"})

    @extend_schema(parameters=[shapes.TopQuery], responses={200: shapes.KeyLeaderboardPageOut})
    def get(self, request: Request, leaderboard: str) -> Response:
        """The first of a board in a period; with a secret key, also where one member stands."""
        told = self.query(shapes.TopQuery)
        member = told.get("member")
        is_secret = self.caller.kind == CallerKind.SECRET
        whose = find_member(program=self.program, told=member) if member and is_secret else None
        return self.page(
            show_top(
                program=self.program,
                slug=leaderboard,
                period=told["period"],
                limit=told["limit"],
                at=self.now,
                member_id=whose.pk if whose else None,
            )
        )


class LeaderboardAround(_KeyBoards):
    scopes: ClassVar = {"GET": "leaderboards:read"}

    @extend_schema(parameters=[shapes.AroundQuery], responses={200: shapes.KeyLeaderboardPageOut})
    def get(self, request: Request, leaderboard: str, member: str) -> Response:
        """The rows around a member; at an edge the page goes on at its other side."""
        told = self.query(shapes.AroundQuery)
        return self.page(
            show_around(
                program=self.program,
                slug=leaderboard,
                period=told["period"],
                member_id=find_member(program=self.program, told=member).pk,
                sides=(told["before"], told["after"]),
                at=self.now,
            )
        )


class LeaderboardExplanation(ProgramView, _Boards):
    scopes: ClassVar = {"GET": "leaderboards:read"}

    @extend_schema(parameters=[shapes.PeriodQuery], responses={200: shapes.BoardExplanationOut})
    def get(self, request: Request, leaderboard: str, member: str) -> Response:
        """Why a member has this score: what counts, and what nearly did."""
        told = self.query(shapes.PeriodQuery)
        whose = find_member(program=self.program, told=member)
        return self.explanation(leaderboard, told["period"], whose.pk)


class MyLeaderboards(MemberView, _Boards):
    @extend_schema(responses={200: shapes.LeaderboardsOut})
    def get(self, request: Request) -> Response:
        """The boards of the programme."""
        return self.boards()


class MyLeaderboard(MemberView, _Boards):
    @extend_schema(parameters=[shapes.MyTopQuery], responses={200: shapes.LeaderboardPageOut})
    def get(self, request: Request, leaderboard: str) -> Response:
        """The first of a board in a period, and where one stands oneself."""
        told = self.query(shapes.MyTopQuery)
        page = show_top(
            program=self.program,
            slug=leaderboard,
            period=told["period"],
            limit=told["limit"],
            at=self.now,
            member_id=self.member_id,
        )
        return Response(shapes.LeaderboardPageOut.alone(page))


class MyLeaderboardAround(MemberView, _Boards):
    @extend_schema(parameters=[shapes.AroundQuery], responses={200: shapes.LeaderboardPageOut})
    def get(self, request: Request, leaderboard: str) -> Response:
        """The rows around oneself."""
        told = self.query(shapes.AroundQuery)
        page = show_around(
            program=self.program,
            slug=leaderboard,
            period=told["period"],
            member_id=self.member_id,
            sides=(told["before"], told["after"]),
            at=self.now,
        )
        return Response(shapes.LeaderboardPageOut.alone(page))


class MyLeaderboardExplanation(MemberView, _Boards):
    @extend_schema(parameters=[shapes.PeriodQuery], responses={200: shapes.BoardExplanationOut})
    def get(self, request: Request, leaderboard: str) -> Response:
        """Why one has this score."""
        told = self.query(shapes.PeriodQuery)
        return self.explanation(leaderboard, told["period"], self.member_id)


class MyVisibility(MemberView):
    @extend_schema(responses={200: shapes.VisibilityOut})
    def get(self, request: Request) -> Response:
        """How one is seen on boards; hidden at first."""
        return Response(_shown(visibility_of(self.member_id)))

    @extend_schema(request=shapes.VisibilityIn, responses={200: shapes.VisibilityOut})
    def put(self, request: Request) -> HttpResponse:
        """Choose how to be seen: not at all, under a nickname, or by name."""
        told = self.read(shapes.VisibilityIn)
        wanted = Wanted(
            choice=Choice(told["choice"]),
            nickname=told.get("nickname", ""),
            text_version=told.get("text_version", ""),
        )
        return self.once(choose_visibility, answer=_shown, status=200)(
            program=self.program,
            member_id=self.member_id,
            wanted=wanted,
            at=self.now,
        )


def _shown(row: Visibility | None) -> Any:
    return shapes.VisibilityOut.alone(
        {
            "choice": row.choice if row else Choice.HIDDEN.value,
            "nickname": (row.nickname or None) if row else None,
            "text_version": (row.text_version or None) if row else None,
            "at": row.at if row else None,
        }
    )


def _numbers(query: dict[str, str]) -> dict[str, Any]:
    """Numbers in a query come as text."""
    return {
        name: int(told) if name in {"limit", "before", "after"} and told.isdecimal() else told
        for name, told in query.items()
    }
