"""Doors of the earning room."""

from typing import ClassVar

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.describing import listing
from loyalty.access.doors import ProgramView
from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.earning.serializers import EarningRuleOut
from loyalty.programs.models import Program


class Rules(ProgramView):
    scopes: ClassVar = {"GET": "rules:read"}

    @listing(EarningRuleOut)
    def get(self, request: Request) -> Response:
        """Rules of the programme, newest first, each with a sentence that says what it does."""
        return self.paged(_rules(self.program), answer=EarningRuleOut.many)


class Rule(ProgramView):
    scopes: ClassVar = {"GET": "rules:read"}

    @extend_schema(responses={200: EarningRuleOut})
    def get(self, request: Request, rule: str) -> Response:
        """One rule: its state, its newest published revision, and its definition."""
        return Response(EarningRuleOut.alone(self.one(_rules(self.program), rule)))


def _rules(program: Program) -> QuerySet[EarningRule]:
    by_number = Prefetch("revisions", queryset=RuleRevision.objects.order_by("number"))
    rows = EarningRule.objects.filter(program=program).select_related("program")
    return rows.prefetch_related(by_number)
