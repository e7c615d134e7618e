"""Pieces of a card's form: where stamps come from, when they end, how many at a time."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.pieces.piece import Piece
from gamification.criteria.measures.specs import deed_kinds
from gamification.prizes.desk.pieces import PrizePiece
from gamification.stamps.keeping.cards import LIMITS
from gamification.stamps.kinds import SIZE_MAX
from loyalty.earning.desk.inputs import Money, Span, Words, number
from loyalty.earning.desk.pieces.around import choice, day, offer
from loyalty.earning.desk.pieces.piece import Json

# A prefix of their own: the sheet of styles goes by the value that is chosen.
LINES, ORDERS, AMOUNT, EVENTS = "stamp.order_lines", "stamp.orders", "stamp.amount", "stamp.events"
INACTIVITY, DATE = "expiry.inactivity", "expiry.date"
SOURCES: Final = {
    "": _("by hand and by codes only"),
    LINES: _("each piece that is bought"),
    ORDERS: _("each paid order"),
    AMOUNT: _("money that is spent"),
    EVENTS: _("an event"),
}
ENDS: Final = {
    "": _("They never end"),
    INACTIVITY: _("after so long without a stamp"),
    DATE: _("on one day"),
}
_EVERY: Final = (LINES, ORDERS, AMOUNT, EVENTS)


def _key(kind: str) -> str:
    return kind.partition(".")[2]


class SourcePiece(Piece):
    """What stamps a card by itself."""

    kind = choice(_("Stamps come from"), SOURCES.items())
    categories = Words(label=_("Only goods of the categories"), help_text=_("Separated by commas."))
    skus = Words(label=_("Only the articles"))
    places = Words(label=_("Only at the places"))
    min_amount = Money(label=_("Each worth at least"))
    step = Money(label=_("One stamp for every"), least=1)
    type = choice(_("Which event"))
    max_per_event = number(_("Stamps of one purchase or event at most"))

    only_for = {
        "categories": (LINES, AMOUNT),
        "skus": (LINES, AMOUNT),
        "places": (LINES, ORDERS, AMOUNT),
        "min_amount": (ORDERS,),
        "step": (AMOUNT,),
        "type": (EVENTS,),
        "max_per_event": _EVERY,
    }

    def build(self) -> None:
        kinds = [kind for kind in deed_kinds(self.around.program) if kind != "order.line"]
        told = self.before.get("events", {}).get("type")
        offer(self.fields["type"], self.around.deeds(kinds), told=told)

    def fields_of(self, told: Mapping[str, Any]) -> Json:
        kind = next((each for each in _EVERY if _key(each) in told), "")
        return {"kind": kind, **told.get(_key(kind), {}), **_only(told, "max_per_event")}

    def said(self) -> Any:
        told = self.cleaned_data
        kind = told["kind"]
        if not kind:
            return None
        inner = {
            name: told[name]
            for name in self.only_for
            if name != "max_per_event" and self.is_asked(name) and told[name] not in (None, "", [])
        }
        at_most = told["max_per_event"]
        return {_key(kind): inner} | ({"max_per_event": at_most} if at_most else {})

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        for name in ("step", "type"):
            if self.is_asked(name) and name in told and not told[name]:
                self.add_error(name, _("This field is required."))
        return told

    def blame(self, steps: Sequence[str], message: str) -> None:
        known = [step for step in steps if step in self.fields and self.is_asked(step)]
        self.add_error(known[0] if known else "kind", message)


class ExpiryPiece(Piece):
    """When the stamps of the open card end."""

    kind = choice(_("When stamps end"), ENDS.items())
    inactivity = Span(label=_("How long"))
    date = day(_("On the day"))

    only_for = {"inactivity": (INACTIVITY,), "date": (DATE,)}

    def fields_of(self, told: Mapping[str, Any]) -> Json:
        kind = next((each for each in (INACTIVITY, DATE) if _key(each) in told), "")
        return {"kind": kind, **told}

    def said(self) -> Any:
        kind = self.cleaned_data["kind"]
        return {_key(kind): self.cleaned_data[_key(kind)]} if kind else None

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        for name in ("inactivity", "date"):
            if self.is_asked(name) and name in told and not told[name]:
                self.add_error(name, _("This field is required."))
        return told

    def blame(self, steps: Sequence[str], message: str) -> None:
        self.add_error(steps[0] if steps and steps[0] in self.fields else "kind", message)


class LimitsPiece(Piece):
    """How many stamps hands and codes give; what is left empty has no limit."""

    per_visit = number(_("At a time at most"), initial=LIMITS["per_visit"], help_text=_("Empty: no limit."))  # fmt: skip
    per_day = number(_("In a day at most"), initial=LIMITS["per_day"])
    per_staff_hour = number(_("From one person in an hour at most"), initial=LIMITS["per_staff_hour"])  # fmt: skip
    per_hours__stamps = number(_("At most so many stamps"))
    per_hours__hours = number(_("within so many hours"), max_value=720)
    minimum_spend = Money(label=_("Only for a purchase of at least"))

    unsaid = frozenset(LIMITS)

    def fields_of(self, told: Mapping[str, Any]) -> Json:
        return super().fields_of(told) | {name: told[name] for name in LIMITS if name in told}

    def said(self) -> Any:
        found = super().said()
        for name, usual in LIMITS.items():
            value = self.cleaned_data[name]
            if name in self.before or value != usual:
                found[name] = value
        return found

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        pair = ("per_hours__stamps", "per_hours__hours")
        for name, other in (pair, pair[::-1]):
            if told.get(other) and name in told and not told[name]:
                self.add_error(name, _("This field is required."))
        return told


class PositionPiece(Piece):
    """A place on the card, and what it gives."""

    at = number(_("At the stamp number"), max_value=SIZE_MAX)
    layout = (("", True, ("at", "prize")),)

    def build(self) -> None:
        self.inner["prize"] = PrizePiece(**self.inside("prize"))

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("at") is None and "at" not in self.errors:
            self.add_error("at", _("This field is required."))
        return told


def _only(told: Mapping[str, Any], name: str) -> Json:
    return {name: told[name]} if name in told else {}
