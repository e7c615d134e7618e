"""Doors to single entries: people keep them from a board, or let them stand again."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from gamification.leaderboards import serializers as shapes
from gamification.leaderboards.entries.suspending import Decision, EntryView, decide_entry
from gamification.leaderboards.kinds import Ruling
from loyalty.access.doors import ProgramView
from loyalty.foundation.ids import shown
from loyalty.members.finding import find_member


class _Entry(ProgramView):
    """What the two doors share."""

    scopes: ClassVar = {"POST": "leaderboards:write"}
    ruling: ClassVar[Ruling]

    def decide(self, leaderboard: str, member: str) -> HttpResponse:
        told = self.read(shapes.EntryDecisionIn)
        decision = Decision(
            slug=leaderboard,
            period=told["period"],
            member_id=find_member(program=self.program, told=member).pk,
            ruling=self.ruling,
            reason=told["reason"],
        )
        return self.once(decide_entry, answer=_shown, status=200)(
            program=self.program, decision=decision, actor=self.actor, at=self.now
        )


class EntrySuspension(_Entry):
    ruling = Ruling.SUSPENDED

    @extend_schema(request=shapes.EntryDecisionIn, responses={200: shapes.BoardEntryOut})
    def post(self, request: Request, leaderboard: str, member: str) -> HttpResponse:
        """Keep a member's entry in one period from the board: it counts on, is shown to nobody and wins nothing."""
        return self.decide(leaderboard, member)


class EntryReinstatement(_Entry):
    ruling = Ruling.REINSTATED

    @extend_schema(request=shapes.EntryDecisionIn, responses={200: shapes.BoardEntryOut})
    def post(self, request: Request, leaderboard: str, member: str) -> HttpResponse:
        """Let a suspended entry stand again."""
        return self.decide(leaderboard, member)


def _shown(entry: EntryView) -> Any:
    return shapes.BoardEntryOut.alone(
        {
            "leaderboard": entry.slug,
            "period": entry.period,
            "member": shown("mem", entry.member_id),
            "score": entry.score,
            "is_shown": entry.is_shown,
            "suspended_at": entry.suspended_at,
            "decisions": [
                {"decided": row.ruling, "reason": row.reason, "by": row.actor, "at": row.at}
                for row in entry.rulings
            ],
        }
    )
