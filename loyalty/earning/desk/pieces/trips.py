"""Trips: whether a form shows all of a document: what stands there, typed back as it is shown, must be the same again."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from loyalty.earning.desk.pieces.piece import Piece


def why_not(make: Callable[[QueryDict | None], Piece], told: Mapping[str, Any]) -> str:
    """Why the form that is made here cannot show this without losing something; empty if it can."""
    shown = make(None)
    typed = QueryDict(mutable=True)
    shown.typed(typed)
    again = make(typed)
    if not again.is_valid():
        what = "; ".join(again.complaints())
        return _("The form would refuse what stands there: {what}").format(what=what)
    lost = sorted(_differences(dict(told), again.said()))
    if lost:
        return _("The form has no field for what stands at {where}.").format(where=", ".join(lost))
    return ""


def _differences(one: Any, other: Any, at: str = "") -> list[str]:
    """Where two documents differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            where
            for key in {*one, *other}
            for where in _differences(one.get(key), other.get(key), f"{at}/{key}")
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [where for n, (a, b) in pairs for where in _differences(a, b, f"{at}/{n}")]
    return [] if one == other and type(one) is type(other) else [at or "/"]
