"""Doors to one member's points."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.foundation.ids import new_id, shown
from loyalty.foundation.wire.pagination import limit_in
from loyalty.ledger import merging
from loyalty.ledger import serializers as shapes
from loyalty.ledger.adjusting import Adjusted, Adjustment, adjust
from loyalty.ledger.api.doors import LedgerDoor
from loyalty.ledger.models import Merge
from loyalty.ledger.reports import balances
from loyalty.ledger.reports.statements import entries_of, show_entries, statement
from loyalty.ledger.transferring import Transfer, Transferred, transfer


class Entries(LedgerDoor):
    scopes: ClassVar = {"GET": "members:read"}

    @extend_schema(
        operation_id="members_entries",
        parameters=[
            OpenApiParameter("currency", str, description="Slug; all currencies if not told."),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
            OpenApiParameter("with_total", bool, description="Whether to count all rows as well."),
        ],
        responses={200: shapes.EntriesOut},
    )
    def get(self, request: Request, member: str) -> Response:
        """The statement: every entry, newest first."""
        slug = request.query_params.get("currency")
        row = self.member(member)
        currency = None if slug is None else self.currency(slug)
        page = statement(
            member=row,
            currency=currency,
            limit=limit_in(request.query_params),
            cursor=request.query_params.get("cursor"),
        )
        rows = show_entries(page.entries, program=self.program)
        told: dict[str, Any] = {"data": rows, "next": page.cursor}
        if request.query_params.get("with_total") == "true":
            told["total"] = entries_of(member=row, currency=currency)
        return Response(told)


class Expirations(LedgerDoor):
    scopes: ClassVar = {"GET": "members:read"}

    @extend_schema(operation_id="members_expirations", responses={200: shapes.ExpirationsOut})
    def get(self, request: Request, member: str) -> Response:
        """Every coming end of points; together all points that can end."""
        return Response(
            {"data": balances.coming_ends_of(program=self.program, member=self.member(member))}
        )


class Adjustments(LedgerDoor):
    scopes: ClassVar = {"POST": "adjustments:write"}

    @extend_schema(
        operation_id="members_adjust",
        request=shapes.AdjustmentIn,
        responses={201: shapes.EntryOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request, member: str) -> HttpResponse:
        """Correct a member's points by hand."""
        told = self.read(shapes.AdjustmentIn)
        currency = self.currency(told.pop("currency", None))
        return self.once(adjust, answer=self._answer, status=201)(
            program=self.program,
            member_ids=[self.member(member).pk],
            adjustment=Adjustment(**told, currency_id=currency.pk),
            key=new_id(),
            actor=self.actor,
            at=self.now,
        )

    def _answer(self, adjusted: Adjusted) -> dict[str, Any]:
        return self.shown(*(each.entry_id for each in adjusted.posted))[0]


class Transfers(LedgerDoor):
    scopes: ClassVar = {"POST": "transfers:write"}

    @extend_schema(
        operation_id="members_transfer",
        request=shapes.TransferIn,
        responses={201: shapes.TransferOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request, member: str) -> HttpResponse:
        """Send points to another member, where the programme allows it."""
        told = self.read(shapes.TransferIn)
        wish = Transfer(
            sender=self.member(member),
            receiver=self.member(told["to"]),
            currency_id=self.currency(told.get("currency")).pk,
            points=told["points"],
        )
        return self.once(transfer, answer=self._answer, status=201)(
            program=self.program, told=wish, key=new_id(), actor=self.actor, at=self.now
        )

    def _answer(self, done: Transferred) -> dict[str, Any]:
        sent, received = self.shown(done.sent.entry_id, done.received.entry_id)
        return {"sent": sent, "received": received}


class Merges(LedgerDoor):
    scopes: ClassVar = {"POST": "members:merge"}

    @extend_schema(
        operation_id="members_merge",
        request=shapes.MergeIn,
        responses={200: shapes.MergeOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request, member: str) -> HttpResponse:
        """Let one membership go into another, with everything on it."""
        told = self.read(shapes.MergeIn)
        return self.once(merging.merge, answer=show_merge, status=200)(
            program=self.program,
            source=self.member(member),
            target=self.member(told["into"]),
            actor=self.actor,
            at=self.now,
        )


class Erasures(LedgerDoor):
    scopes: ClassVar = {"POST": "members:erase"}

    @extend_schema(
        operation_id="members_erase",
        request=shapes.NothingIn,
        responses={200: shapes.ErasedOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request, member: str) -> HttpResponse:
        """Forget a person for ever: the profile is emptied, what is left is forfeited; entries stay, nameless."""
        self.read(shapes.NothingIn)
        return self.once(
            merging.erase,
            answer=lambda rows: {"erased": [row.shown_id for row in rows]},
            status=200,
        )(program=self.program, member=self.member(member), actor=self.actor, at=self.now)


def show_merge(row: Merge) -> dict[str, Any]:
    """A merge as doors tell it."""
    return {
        "id": row.shown_id,
        "member": shown("mem", row.source_id),
        "into": shown("mem", row.target_id),
        "merged_at": row.merged_at,
        "undone_at": row.undone_at,
    }
