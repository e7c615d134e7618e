"""The front door: events come in, answers go out."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import IO, Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.describing import listing
from loyalty.access.doors import ProgramView
from loyalty.events.answering import in_sentences
from loyalty.events.intake.looking_up import answers_of
from loyalty.events.kinds import EVENTS_MAX, Outcome, ToldEvent
from loyalty.events.models import Event
from loyalty.events.purchases.capturing import For, capture_for_order, show_captured
from loyalty.events.reading import read_event
from loyalty.events.serializers import (
    BatchOut,
    CaptureOut,
    EventAnswerOut,
    EventExplanationOut,
    EventOut,
    EventVoidIn,
    EventVoidOut,
)
from loyalty.events.shapes import contract
from loyalty.events.showing import events_by, explain_event, show_events
from loyalty.events.taking_in import TooManyEvents, take_in, take_in_one
from loyalty.events.voids.voiding import void
from loyalty.foundation.ids import Id, read_id
from loyalty.foundation.refusals import DomainError, Malformed, Problem
from loyalty.foundation.wire import problems
from loyalty.foundation.wire.idempotency import Answer, Memo
from loyalty.foundation.wire.parsing import StrictJSONParser
from loyalty.ledger.serializers import CaptureIn

REPEATED_OR_REHEARSED = PolymorphicProxySerializer(
    component_name="EventOrBatchOut",
    serializers=[EventAnswerOut, BatchOut],
    resource_type_field_name=None,
)


class EventsParser(StrictJSONParser):
    """As everywhere, but a batch that is too long is told so as what it is: too large (E-1)."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except Malformed as refused:
            if any(p.pointer == "/events" and p.code == "too_many_items" for p in refused.problems):
                raise TooManyEvents(most=EVENTS_MAX) from refused
            raise


class Events(ProgramView):
    scopes: ClassVar = {"GET": "events:read", "POST": "events:write"}
    parser_classes: ClassVar = (EventsParser,)  # type: ignore[misc]

    @listing(
        EventOut,
        parameters=[
            OpenApiParameter("member", str, description="`mem_…` or `ext:…`."),
            OpenApiParameter("type", str),
        ],
    )
    def get(self, request: Request) -> Response:
        """Events, newest first; of one member or one type."""
        query = request.query_params
        rows = events_by(program=self.program, member=query.get("member"), kind=query.get("type"))
        return self.paged(rows, answer=lambda events: show_events(events, program=self.program))

    @extend_schema(
        request={"application/json": contract()},
        responses={201: EventAnswerOut, 200: REPEATED_OR_REHEARSED, 207: BatchOut},
    )
    def post(self, request: Request) -> HttpResponse:
        """Tell one event, or 1 to 1,000 as `{"events": […]}`: each counts once, however often it is told."""
        told = request.data
        if isinstance(told, dict) and "events" in told:
            return self._take_in_many(told)
        return self._take_in_one(told)

    def _take_in_one(self, told: object) -> HttpResponse:
        event = read_event(program=self.program, told=told)
        return self.once(
            take_in_one,
            answer=self._answer_alone,
            status=lambda outcome: 200 if outcome.is_replay else 201,
        )(program=self.program, told=event, actor=self.actor, at=self.now)

    def _take_in_many(self, told: Mapping[str, Any]) -> HttpResponse:
        key = self.idempotency_key
        assert key
        events = _batch_in(told)
        return self.once(
            take_in,
            answer=self._answer_batch,
            status=207,
            memo=Memo(remember=self._remember, restore=self._restore),
        )(
            program=self.program,
            told=[self._read_or_refuse(event) for event in events],
            actor=self.actor,
            at=self.now,
        )

    def _read_or_refuse(self, told: object) -> ToldEvent | DomainError:
        try:
            return read_event(program=self.program, told=told)
        except DomainError as refusal:
            return refusal

    def _answer_alone(self, outcome: Outcome) -> dict[str, Any]:
        assert outcome.answer is not None, "a refusal was raised before"
        return in_sentences([outcome.answer], program=self.program)[0]

    def _answer_batch(self, outcomes: Sequence[Outcome]) -> dict[str, Any]:
        kept = [outcome.answer for outcome in outcomes if outcome.answer is not None]
        answers = iter(in_sentences(kept, program=self.program))
        items = [
            self._item(place, outcome, next(answers) if outcome.answer is not None else None)
            for place, outcome in enumerate(outcomes)
        ]
        return {"data": items}

    def _item(
        self, place: int, outcome: Outcome, answer: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        if outcome.refusal is None:
            status = 200 if outcome.is_replay else 201
            return {"index": place, "status": status, "event": answer}
        problem = problems.body_of(outcome.refusal, request_id=getattr(self.wire, "request_id", ""))
        return {"index": place, "status": problem["status"], "problem": problem}

    def _remember(self, outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
        """Of a batch only index, status and event id are kept; the bodies stand with the events (V-8)."""
        kept = []
        for place, outcome in enumerate(outcomes):
            item = self._item(place, outcome, None)
            kept.append(item | {"event": str(outcome.event_id)} if outcome.event_id else item)
        return kept

    def _restore(self, kept: list[dict[str, Any]]) -> Answer:
        wanted = [Id(item["event"]) for item in kept if "event" in item]
        found = answers_of(program=self.program, event_ids=wanted)
        told = in_sentences([found[event_id] for event_id in wanted], program=self.program)
        answers = dict(zip(wanted, told, strict=True))
        data = [
            item | {"event": answers[Id(item["event"])]} if "event" in item else item
            for item in kept
        ]
        body = json.dumps({"data": data}, ensure_ascii=False, separators=(",", ":"))
        return Answer(status=207, body=body.encode())


class OneEvent(ProgramView):
    scopes: ClassVar = {"GET": "events:read"}

    @extend_schema(responses={200: EventOut})
    def get(self, request: Request, event: str) -> Response:
        """An event as it is kept, with what it brought."""
        (told,) = show_events([self.one(Event.objects.all(), event)], program=self.program)
        return Response(told)


class EventVoiding(ProgramView):
    scopes: ClassVar = {"POST": "events:void"}

    @extend_schema(request=EventVoidIn, responses={200: EventVoidOut})
    def post(self, request: Request, event: str) -> HttpResponse:
        """Take an event back: a fake review, a mistaken import. What it brought settles to zero, its key stays used."""
        reason = self.read(EventVoidIn)["reason"]
        row = self.one(Event.objects.all(), event)
        return self.once(void, answer=EventVoidOut.alone, status=200)(
            program=self.program, event_id=row.pk, reason=reason, actor=self.actor, at=self.now
        )


class EventExplanation(ProgramView):
    scopes: ClassVar = {"GET": "events:read"}

    @extend_schema(responses={200: EventExplanationOut})
    def get(self, request: Request, event: str) -> Response:
        """Every rule looked at, why it did or did not apply, what each limit trimmed, and which version it was."""
        row = self.one(Event.objects.all(), event)
        return Response(explain_event(row, program=self.program))


class Captures(ProgramView):
    scopes: ClassVar = {"POST": "holds:write"}

    @extend_schema(
        request=CaptureIn,
        responses={200: CaptureOut},
        parameters=[OpenApiParameter("dry_run", bool)],
    )
    def post(self, request: Request, hold: str) -> HttpResponse:
        """Spend what was set aside, for one order; the same order again answers the same.

        An order that was told before is settled at once: points pay for a part of it, so less of it counts.
        """
        told = self.read(CaptureIn)
        return self.once(
            capture_for_order, answer=partial(show_captured, program=self.program), status=200
        )(
            program=self.program,
            hold_id=read_id("hld", hold),
            what_for=For(order_id=told["order_id"], points=told.get("points")),
            actor=self.actor,
            at=self.now,
        )


def _batch_in(told: Mapping[str, Any]) -> list[object]:
    """The events of a batch; raises Malformed for any other field, or when there is no list."""
    found = [
        Problem(
            pointer=f"/{name}", code="unknown_field", message=_("This field is not known here.")
        )
        for name in told
        if name != "events"
    ]
    events = told["events"]
    if not isinstance(events, list) or not events:
        message = _("A list of 1 to 1,000 events.")
        found.append(Problem(pointer="/events", code="wrong_type", message=message))
    if found:
        raise Malformed(problems=found)
    assert isinstance(events, list)
    return events
