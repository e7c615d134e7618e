"""Doors of the earning room."""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.describing import listing
from loyalty.access.doors import ProgramView
from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.earning.replaying.asking import ask, resume, stop
from loyalty.earning.replaying.models import WhatIf
from loyalty.earning.replaying.reporting import show_what_if
from loyalty.earning.serializers import EarningRuleOut, WhatIfIn, WhatIfOut
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


class RuleWhatIfs(ProgramView):
    scopes: ClassVar = {"GET": "rules:read", "POST": "rules:write"}

    @listing(WhatIfOut)
    def get(self, request: Request, rule: str) -> Response:
        """What-ifs of a rule, newest first; they are kept for thirty days."""
        found = self.one(_rules(self.program), rule)
        return self.paged(_what_ifs(self.program).filter(rule=found), answer=self._many)

    @extend_schema(request=WhatIfIn, responses={201: WhatIfOut})
    def post(self, request: Request, rule: str) -> HttpResponse:
        """Try a rule's draft, or its end, on what members did; nothing moves. A job works on it, with progress."""
        told = self.read(WhatIfIn)
        found = self.one(_rules(self.program), rule)
        return self.once(ask, answer=partial(_shown, program=self.program), status=201)(
            program=self.program,
            rule_id=found.pk,
            change=told["change"],
            days=told["days"],
            actor=self.actor,
            at=self.now,
        )

    def _many(self, rows: Sequence[WhatIf]) -> Sequence[Any]:
        return [_shown(row, program=self.program) for row in rows]


class OneWhatIf(ProgramView):
    scopes: ClassVar = {"GET": "rules:read"}

    @extend_schema(responses={200: WhatIfOut})
    def get(self, request: Request, what_if: str) -> Response:
        """One what-if: how far it is, and its report."""
        found = self.one(_what_ifs(self.program), what_if)
        return Response(_shown(found, program=self.program))


class WhatIfStop(ProgramView):
    scopes: ClassVar = {"POST": "rules:write"}

    @extend_schema(request=None, responses={200: WhatIfOut})
    def post(self, request: Request, what_if: str) -> HttpResponse:
        """Stop a running what-if; what it found so far stays, and it can be resumed."""
        found = self.one(_what_ifs(self.program), what_if)
        return self.once(stop, answer=partial(_shown, program=self.program), status=200)(
            program=self.program, what_if_id=found.pk
        )


class WhatIfResume(ProgramView):
    scopes: ClassVar = {"POST": "rules:write"}

    @extend_schema(request=None, responses={200: WhatIfOut})
    def post(self, request: Request, what_if: str) -> HttpResponse:
        """Go on with a stopped what-if where it was."""
        found = self.one(_what_ifs(self.program), what_if)
        return self.once(resume, answer=partial(_shown, program=self.program), status=200)(
            program=self.program, what_if_id=found.pk, at=self.now
        )


def _shown(what_if: WhatIf, *, program: Program) -> Any:
    return WhatIfOut.alone(show_what_if(what_if, program=program))


def _what_ifs(program: Program) -> QuerySet[WhatIf]:
    return WhatIf.objects.filter(program=program).select_related("rule", "revision")


def _rules(program: Program) -> QuerySet[EarningRule]:
    by_number = Prefetch("revisions", queryset=RuleRevision.objects.order_by("number"))
    rows = EarningRule.objects.filter(program=program).select_related("program")
    return rows.prefetch_related(by_number)
