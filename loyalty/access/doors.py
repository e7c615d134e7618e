"""Doors: the base of every API view. A door reads the wire, makes one call to a rule, and renders the result."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import Any, ClassVar, ParamSpec, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework import serializers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from loyalty.access import auditing
from loyalty.access.callers import calling
from loyalty.access.callers.answering import as_response, dry_run_refused, json_bytes, render
from loyalty.access.callers.authenticating import Caller, caller_of, real_now
from loyalty.access.callers.permitting import CredentialNotAccepted, permit, permit_member
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id, new_id, read_id
from loyalty.foundation.refusals import DomainError, NotFound
from loyalty.foundation.units import UnitOfWork, rehearse
from loyalty.foundation.wire import idempotency, problems
from loyalty.foundation.wire.idempotency import Answer, Call, Memo
from loyalty.foundation.wire.pagination import page_of
from loyalty.foundation.wire.parsing import StrictJSONParser, refuse_nul
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=Model)

JSON = "application/json"

# Deeds of keys that the audit log hears of: a key that may do them is an owner's hand (S-62).
AUDITED = frozenset({"program:write", "members:erase", "members:merge"})


class Door(APIView):
    """What every view of ours has: a caller, a programme, its clock, and one way to make a call count once."""

    authentication_classes: Sequence[Any] = ()  # the caller is found in `initial`
    permission_classes: Sequence[Any] = ()  # and permitted there: nothing can be left out
    parser_classes: Sequence[Any] = (StrictJSONParser,)
    renderer_classes: Sequence[Any] = (JSONRenderer,)

    http_method_names: Sequence[str] = ("get", "post", "put", "patch", "delete", "head")
    keyed: ClassVar[frozenset[str]] = frozenset({"POST"})  # methods that demand an Idempotency-Key
    dry_runs: ClassVar[frozenset[str]] = frozenset({"POST", "PUT", "PATCH"})  # and `?dry_run=true`

    caller: Caller

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """As Django calls it; what is expected to be told to the audit log ends with the request."""
        with auditing.expecting(None):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who calls, whether too often, and whether they may: before anything else is looked at."""
        super().initial(request, *args, **kwargs)
        with calling.limited(self.wire):
            self.caller = caller_of(self.wire, at=real_now())
            calling.note(self.wire, self.caller)
        calling.limit(self.wire, self.caller)
        if request.method not in {name.upper() for name in self.open_methods()}:
            raise MethodNotAllowed(str(request.method))
        self.permit(str(request.method))
        refuse_nul(self.wire.GET, path=kwargs)
        if self.dry_run and request.method not in self.dry_runs:
            raise dry_run_refused("not_offered")
        if request.method in self.keyed and not self.dry_run:
            idempotency.read_key(self.wire.headers.get("Idempotency-Key"))  # before the body (V-5)

    def open_methods(self) -> Collection[str]:
        """The methods that this view has."""
        return [name for name in self.http_method_names if hasattr(self, name)]

    def permit(self, method: str) -> None:
        """Refuse a caller that may not do this. Closed unless a subclass opens it."""
        raise CredentialNotAccepted(kind=self.caller.kind.value)

    @property
    def wire(self) -> HttpRequest:
        """Django's request below DRF's."""
        request: HttpRequest = self.request._request
        return request

    @property
    def program(self) -> Program:
        """The caller's programme: every query starts from it (S-2)."""
        return self.caller.program

    @property
    def actor(self) -> Actor:
        return self.caller.actor

    @cached_property
    def now(self) -> datetime:
        """Now by the programme's clock, one instant for the whole request."""
        return now_of(self.program)

    @cached_property
    def dry_run(self) -> bool:
        """Whether the caller only wants to know what would happen (`?dry_run=true`)."""
        told = self.wire.GET.get("dry_run", "false")
        if told not in {"true", "false"}:
            raise dry_run_refused("not_a_choice")
        return told == "true"

    @cached_property
    def idempotency_key(self) -> str:
        """The caller's key. A dry run keeps nothing: it needs none and must not meet an earlier one."""
        if self.dry_run:
            return f"dry-run:{new_id()}"
        return idempotency.read_key(self.wire.headers.get("Idempotency-Key"))

    def read(self, shape: type[serializers.BaseSerializer[Any]], data: Any = None) -> Any:
        """The body (or these data) in this shape; unknown and misspelled fields raise Malformed."""
        told = shape(data=self.request.data if data is None else data)
        told.is_valid(raise_exception=True)
        return told.validated_data

    def one(self, rows: QuerySet[M], told: str) -> M:
        """The programme's row with this shown id; foreign, unknown and malformed ids raise NotFound alike."""
        row_id = read_id(str(getattr(rows.model, "prefix", "")), told)
        row = rows.filter(program=self.program, pk=row_id).first()
        if row is None:
            raise NotFound
        return row

    def once(
        self,
        rule: UnitOfWork[P, R],
        *,
        answer: Callable[[R], Any],
        status: int | Callable[[R], int] = 201,
        memo: Memo | None = None,
        whose: Callable[[R], Id] | None = None,
    ) -> Callable[P, HttpResponse]:
        """This rule, once per Idempotency-Key: effect, facts and kept answer commit together (V-4, V-5).
        `whose` names the member of whom the answer tells: erased, they take the kept answer along.
        Methods that are not in `keyed` go without a key as well, for what is harmless to repeat.
        `status` may be a function of the rule's result. A dry run is rehearsed and answers 200.
        """
        demanded = self.request.method in self.keyed
        if self.dry_run or not (demanded or "Idempotency-Key" in self.wire.headers):
            return self.write(rule, answer=answer, status=status)

        def call(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            return as_response(
                idempotency.once(
                    call=self._call(),
                    rule=partial(rule.step, *args, **kwargs),
                    render=partial(render, answer=answer, status=status),
                    render_refusal=self._render_refusal,
                    memo=memo,
                    whose=whose,
                    races=rule.races,
                )
            )

        return call

    def write(
        self,
        rule: UnitOfWork[P, R],
        *,
        answer: Callable[[R], Any],
        status: int | Callable[[R], int] = 200,
    ) -> Callable[P, HttpResponse]:
        """This rule, or its rehearsal with `?dry_run=true`; for writes that are harmless to repeat."""

        def call(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if self.dry_run:
                told = rehearse(rule, answer=answer)(*args, **kwargs)
                return Response({**told, "simulated": True} if isinstance(told, dict) else told)
            return as_response(render(rule(*args, **kwargs), answer=answer, status=status))

        return call

    def paged(
        self,
        rows: QuerySet[Any],
        *,
        answer: Callable[[Sequence[Any]], Sequence[Any]],
        order: Sequence[str] = ("-id",),
    ) -> Response:
        """A page of these rows, newest first. `order` names fields that together are unique."""
        return Response(page_of(rows, query=self.wire.GET, answer=answer, order=order))

    def _call(self) -> Call:
        body = self.request.data if self.request.method in {"POST", "PUT", "PATCH"} else None
        return Call(
            scope=self.caller.member_id or self.program.pk,
            key=self.idempotency_key,
            fingerprint=idempotency.fingerprint_of(
                method=str(self.request.method),
                path=self.wire.path,
                query=self.wire.META.get("QUERY_STRING", ""),
                body=body,
            ),
            member_id=self.caller.member_id,
        )

    def _render_refusal(self, refusal: DomainError) -> Answer:
        body = problems.body_of(refusal, request_id=getattr(self.wire, "request_id", ""))
        return Answer(
            status=body["status"], body=json_bytes(body), content_type=problems.CONTENT_TYPE
        )


class ProgramView(Door):
    """A view for keys. A method that `scopes` does not name is closed to everyone (S-1)."""

    scopes: ClassVar[Mapping[str, str]] = {}
    publishable: ClassVar[frozenset[str]] = frozenset()  # methods open to publishable keys as well

    def permit(self, method: str) -> None:
        permit(self.caller, method=method, scopes=self.scopes, publishable=self.publishable)
        if self.scopes.get(method) in AUDITED:
            auditing.expect(self._deed(method))

    def _deed(self, method: str) -> auditing.Deed:
        resource, _colon, verb = self.scopes[method].partition(":")
        ids = [told for told in self.kwargs.values() if not str(told).startswith("ext:")]
        return auditing.Deed(
            program_id=self.program.pk,
            actor=self.actor,
            action=f"{resource}.{verb}",
            at=real_now(),
            object_kind=resource,
            object_id=str(ids[0])[:64] if ids else "",
        )


class MemberView(Door):
    """A view for a member's own token, below `/v1/me`: the member comes from the token, not from the address."""

    def permit(self, method: str) -> None:
        permit_member(self.caller)

    @property
    def member_id(self) -> Id:
        """Whose token this is."""
        assert self.caller.member_id, "a member view lets only members in"
        return self.caller.member_id
