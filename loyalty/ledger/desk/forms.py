"""The action bars of the ledger's pages: what staff say before something moves."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Malformed, Problem


def fresh_key() -> str:
    """One request, one key: a double click counts once."""
    return str(uuid.uuid4())


class ReasonBar(ActionForm):
    """Why: a reason from the programme's list, and a note for colleagues. Never required: the bar serves all actions."""

    reason = forms.CharField(label=_("Reason"), max_length=50, required=False)
    note = forms.CharField(label=_("Note"), max_length=2_000, required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False, initial=fresh_key)


class AdjustmentBar(ReasonBar):
    """How many points, and whether a debt may be left."""

    points = forms.IntegerField(label=_("Points"), required=False)
    allow_debt = forms.BooleanField(label=_("May leave a debt"), required=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the bar said, checked."""

    reason: str
    note: str
    key: Id
    points: int = 0
    allow_debt: bool = False


def read_bar(request: HttpRequest, *, wants_points: bool = False) -> Told:
    """The bar of this request; raises Malformed with a sentence for each thing that is missing."""
    problems = []
    post: Any = request.POST
    reason, note = post.get("reason", "").strip(), post.get("note", "").strip()
    if not reason:
        problems.append(_missing("reason", _("Choose a reason of this programme.")))
    if not note:
        problems.append(_missing("note", _("Write a note for your colleagues.")))
    points = 0
    if wants_points:
        try:
            points = forms.IntegerField().clean(post.get("points", ""))
        except ValidationError:
            problems.append(_missing("points", _("Say how many points; negative takes away.")))
    try:
        key = Id(post.get("key", ""))
    except ValueError:
        key = uuid.uuid4()
    if problems:
        raise Malformed(problems=problems)
    return Told(
        reason=reason, note=note, key=key, points=points, allow_debt=bool(post.get("allow_debt"))
    )


def _missing(name: str, message: Any) -> Problem:
    return Problem(pointer=name, code="required", message=message)
