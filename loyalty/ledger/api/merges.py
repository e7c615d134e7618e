"""Doors to merges that were made."""

from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from loyalty.foundation.ids import read_id
from loyalty.ledger import merging
from loyalty.ledger import serializers as shapes
from loyalty.ledger.api.doors import LedgerDoor
from loyalty.ledger.api.members import show_merge
from loyalty.ledger.models import Merge


class Undoings(LedgerDoor):
    scopes: ClassVar = {"POST": "members:merge"}

    @extend_schema(
        operation_id="merges_undo",
        request=shapes.NothingIn,
        responses={200: shapes.MergeOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request, merge: str) -> HttpResponse:
        """Part two memberships again, within 30 days and while everything that was moved is still there."""
        self.read(shapes.NothingIn)
        return self.once(merging.undo_merge, answer=show_merge, status=200)(
            program=self.program,
            merge_id=read_id(Merge.prefix, merge),
            actor=self.actor,
            at=self.now,
        )
