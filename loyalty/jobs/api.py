"""The test clock's address (V-25)."""

import json
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.doors import ProgramView
from loyalty.jobs.refusals import NotATestProgram
from loyalty.jobs.serializers import AdvanceIn, ClockOut
from loyalty.jobs.travelling import advance, aim


def _shown(now: datetime) -> dict[str, Any]:
    shown: dict[str, Any] = ClockOut.alone({"now": now.astimezone(UTC)})
    return shown


class TestClock(ProgramView):
    """Where the clock of a test programme stands."""

    scopes = {"GET": "test-clock:read"}

    @extend_schema(operation_id="test_clock_retrieve", responses={200: ClockOut})
    def get(self, _request: Request) -> Response:
        """Tell the time of a test programme."""
        if not self.program.is_test:
            raise NotATestProgram
        return Response(_shown(self.now))


class TestClockAdvance(ProgramView):
    """Moves the clock of a test programme."""

    scopes = {"POST": "test-clock:write"}
    keyed = frozenset()  # welcome, not demanded: going to where one stands changes nothing

    @extend_schema(operation_id="test_clock_advance", request=AdvanceIn, responses={200: ClockOut})
    def post(self, _request: Request) -> HttpResponse:
        """Move the clock forward and do all that falls due on the way, before answering.

        An `Idempotency-Key` is optional: with one, a repeated call goes to where the first one went.
        """
        told = self.read(AdvanceIn)
        to = told["to"] if "to" in told else told["by"].after(self.now, zone=self.program.zone)
        answer = self.once(aim, answer=_shown, status=200)(program=self.program, to=to)
        if self.dry_run or answer.status_code != 200:
            return answer
        advance(program=self.program, to=_target(answer))
        return answer


def _target(answer: HttpResponse) -> datetime:
    """Where the (perhaps earlier) call with this key was going."""
    return datetime.fromisoformat(json.loads(answer.content)["now"])
