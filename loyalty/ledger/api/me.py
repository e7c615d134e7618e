"""Doors to one's own points, with a member's token."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.doors import MemberView
from loyalty.foundation.wire.pagination import limit_in
from loyalty.ledger import serializers as shapes
from loyalty.ledger.reports.balances import coming_ends_of, currency_called
from loyalty.ledger.reports.statements import show_entries, statement
from loyalty.members.finding import member_of_id
from loyalty.members.models import Member


class _MyPoints(MemberView):
    @property
    def member(self) -> Member:
        """Whose token this is."""
        return member_of_id(self.member_id)


class MyEntries(_MyPoints):
    @extend_schema(
        operation_id="me_entries",
        parameters=[
            OpenApiParameter("currency", str, description="Slug; all currencies if not told."),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses={200: shapes.EntriesOut},
    )
    def get(self, request: Request) -> Response:
        """One's own statement: every entry, newest first."""
        slug = request.query_params.get("currency")
        page = statement(
            member=self.member,
            currency=None if slug is None else currency_called(program=self.program, slug=slug),
            limit=limit_in(request.query_params),
            cursor=request.query_params.get("cursor"),
        )
        rows = show_entries(page.entries, program=self.program)
        return Response({"data": rows, "next": page.cursor})


class MyExpirations(_MyPoints):
    @extend_schema(operation_id="me_expirations", responses={200: shapes.ExpirationsOut})
    def get(self, request: Request) -> Response:
        """Every coming end of one's points."""
        return Response({"data": coming_ends_of(program=self.program, member=self.member)})
