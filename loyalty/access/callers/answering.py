"""Answering: what a rule came to, as the bytes that the wire carries and that a repeated call hears again."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer

from loyalty.foundation.refusals import Malformed, Problem
from loyalty.foundation.wire.idempotency import Answer

R = TypeVar("R")


def dry_run_refused(code: str) -> Malformed:
    message = _("Nothing can be tried out here, or this is neither true nor false.")
    return Malformed(problems=[Problem(pointer="?dry_run", code=code, message=message)])


def render(result: R, *, answer: Callable[[R], Any], status: int | Callable[[R], int]) -> Answer:
    number = status if isinstance(status, int) else status(result)
    return Answer(status=number, body=json_bytes(answer(result)))


def json_bytes(told: Any) -> bytes:
    rendered: bytes = JSONRenderer().render(told)
    return rendered


def as_response(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    if answer.replayed:
        response["Idempotent-Replayed"] = "true"
    return response
