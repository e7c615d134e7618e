"""Doors to holds."""

from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.foundation.ids import read_id
from loyalty.ledger import holding
from loyalty.ledger import serializers as shapes
from loyalty.ledger.api.doors import LedgerDoor
from loyalty.ledger.models import Hold
from loyalty.ledger.reports.holds import show_hold


class OneHold(LedgerDoor):
    scopes: ClassVar = {"GET": "holds:read"}

    @extend_schema(operation_id="holds_read", responses={200: shapes.HoldOut})
    def get(self, request: Request, hold: str) -> Response:
        """A hold as it stands."""
        return Response(show_hold(self.one(Hold.objects.select_related("account"), hold)))


class Releases(LedgerDoor):
    scopes: ClassVar = {"POST": "holds:write"}

    @extend_schema(
        operation_id="holds_release",
        request=shapes.NothingIn,
        responses={200: shapes.HoldOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request, hold: str) -> HttpResponse:
        """Give back what was set aside; again, it answers the same."""
        self.read(shapes.NothingIn)
        return self.once(holding.release, answer=show_hold, status=200)(
            program=self.program,
            hold_id=read_id(Hold.prefix, hold),
            actor=self.actor,
            at=self.now,
        )
