"""The page that the `type` of every problem leads to: each refusal with its anchor, in the reader's language."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loyalty.foundation.refusals import DomainError
from loyalty.foundation.wire.problems import STATUS
from loyalty.management.reference import import_every_room, refusals


@require_safe
def errors(request: HttpRequest) -> HttpResponse:
    """Code, status, title and detail of every refusal; nothing on it needs a script or a style."""
    told = [
        {
            "code": one.code,
            "status": int(STATUS[one.kind]),
            "title": one.title,
            "detail": one.detail,
        }
        for one in _every_refusal()
    ]
    return render(request, "errors.html", {"refusals": told})


@cache
def _every_refusal() -> tuple[type[DomainError], ...]:
    import_every_room()
    return tuple({one.code: one for one in refusals()}.values())
