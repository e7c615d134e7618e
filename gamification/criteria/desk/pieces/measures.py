"""Measures as pieces: what is counted, of which deeds, when; or how a member stands."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.pieces.around import NOT_INCLUDED
from gamification.criteria.desk.pieces.narrowing import WherePiece, WindowPiece
from gamification.criteria.desk.pieces.piece import Piece
from gamification.criteria.measures import shapes
from gamification.criteria.measures.specs import deed_kinds
from gamification.criteria.telling.words import MEASURES, SUMMED, TENURES, TOLD_APART
from loyalty.earning.desk.inputs import number
from loyalty.earning.desk.pieces.around import choice, code, day, offer, yes
from loyalty.earning.desk.pieces.piece import Piece as AnyPiece
from loyalty.tiers.desk.drafts.inputs import Amount

COUNT, SUM, DISTINCT = shapes.COUNT, shapes.SUM, shapes.DISTINCT
DEEDS: Final = (COUNT, SUM, DISTINCT)
STATES: Final = (shapes.TIER, shapes.SEGMENT, shapes.BADGE, shapes.WITHIN)
EVERY_KIND: Final = tuple(MEASURES)
_GAMES: Final = {"streak": shapes.STREAK, "badge": shapes.BADGE, "challenge": shapes.CHALLENGE, "level": shapes.LEVEL}  # fmt: skip


class MeasurePiece(Piece):
    """One measure of the catalogue; the kind decides which fields are asked for."""

    kind = choice(_("What is looked at"))
    of = choice(_("Of what"))
    value = choice(_("What of it"))
    currency = choice(_("Kind of points"))
    unit = choice(_("Counted in"), TENURES.items())
    ladder_tier = choice(_("Tier"))
    when = choice(_("At what time"), [("ever", _("reached at any time")), ("now", _("in it now"))])
    segment = code(_("Group"))
    first_day = day(_("From the day"))
    end_day = day(_("To the day"), help_text=NOT_INCLUDED)
    streak = choice(_("Streak"))
    which = choice(
        _("Which length"), [("longest", _("the longest ever")), ("current", _("the present one"))]
    )
    badge = choice(_("Badge"))
    badge_tier = code(_("Tier of the badge"), help_text=_("Its short name; empty: any."))
    challenge = choice(_("Challenge"))
    level = choice(_("Curve"))
    daily_cap = number(_("Counts a day at most"))
    include_prizes = yes(_("Points from games count too"))

    paths = {"ladder_tier": "tier", "badge_tier": "tier", "first_day": "from", "end_day": "to"}
    always = frozenset({"unit"})
    only_for = {
        "of": DEEDS,
        "value": (SUM, DISTINCT),
        "currency": (COUNT, SUM),
        "where": DEEDS,
        "window": (*DEEDS, shapes.REFERRALS),
        "daily_cap": (COUNT, SUM),
        "include_prizes": (COUNT, SUM),
        "unit": (shapes.TENURE,),
        "ladder_tier": (shapes.TIER,),
        "when": (shapes.TIER,),
        "segment": (shapes.SEGMENT,),
        "first_day": (shapes.WITHIN,),
        "end_day": (shapes.WITHIN,),
        "streak": (shapes.STREAK,),
        "which": (shapes.STREAK,),
        "badge": (shapes.BADGE,),
        "badge_tier": (shapes.BADGE,),
        "challenge": (shapes.CHALLENGE,),
        "level": (shapes.LEVEL,),
    }
    layout = (
        (_("Which of them count"), False, ("where",)),
        (_("When, and how much of it"), False, ("window", "daily_cap", "include_prizes")),
    )

    def __init__(self, *, kinds: Sequence[str] = EVERY_KIND, has_window: bool = True, **how: Any) -> None:  # fmt: skip
        self.kinds, self.has_window = kinds, has_window
        super().__init__(**how)

    def build(self) -> None:
        told, around = self.before, self.around
        offer(self.fields["kind"], [(kind, MEASURES[kind]) for kind in self.kinds])
        offer(self.fields["of"], around.deeds(deed_kinds(around.program)), told=told.get("of"))
        self.fields["value"].choices = [  # type: ignore[attr-defined]
            ("", "-"),
            (_("How much of it in all"), list(SUMMED.items())),
            (_("How many different ones"), list(TOLD_APART.items())),
        ]
        offer(self.fields["currency"], around.currencies, told=told.get("currency"))
        offer(self.fields["ladder_tier"], around.tiers, told=told.get("tier"))
        for game in _GAMES:
            offer(self.fields[game], around.of_game(game), told=told.get(game))
        self.inner["where"] = WherePiece(**self.inside("where"))
        self.inner["window"] = WindowPiece(**self.inside("window"))
        self._leave_out_other_kinds()

    def clean(self) -> dict[str, Any]:
        """What the shape of the chosen kind demands is filled in."""
        told = super().clean()
        kind = told.get("kind")
        if not kind:
            self.add_error("kind", _("This field is required."))
            return told
        for required in shapes.KINDS[kind]["required"]:
            name = next(
                n for n in self.fields if self.path_of(n) == [required] and self.is_asked(n)
            )
            if name in told and not told[name]:
                self.add_error(name, _("This field is required."))
        allowed = {SUM: shapes.SUMMED, DISTINCT: shapes.TOLD_APART}.get(kind, ())
        if allowed and told.get("value") and told["value"] not in allowed:
            self.add_error("value", _("This is not one of the allowed values."))
        return told

    @property
    def counts_money(self) -> bool:
        """Whether its target is an amount of money."""
        return bool(self["kind"].value() == SUM and self["value"].value() == "amount")

    def _leave_out_other_kinds(self) -> None:
        """Fields that no kind on offer asks for are not there at all."""
        kinds = {*self.kinds, self.before.get("kind", "")}
        if not self.has_window and "window" not in self.before:
            del self.inner["window"]
        for name, asking in self.only_for.items():
            if not kinds & set(asking):
                self.fields.pop(name, None)
                self.inner.pop(name, None)


class CountedPiece(Piece):
    """A measure and how much of it: money where money is counted."""

    at_least = Amount(label=_("At least"))

    kinds: Sequence[str] = EVERY_KIND
    has_window = True

    def __init__(self, *, kinds: Sequence[str] | None = None, has_window: bool | None = None, **how: Any) -> None:  # fmt: skip
        self.kinds = kinds or self.kinds
        self.has_window = self.has_window if has_window is None else has_window
        super().__init__(**how)

    def build(self) -> None:
        self.inner["measure"] = MeasurePiece(
            kinds=self.kinds, has_window=self.has_window, **self.inside("measure")
        )
        as_money(self, "at_least", counts_money=self.measure.counts_money)

    @property
    def measure(self) -> MeasurePiece:
        found = self.inner["measure"]
        assert isinstance(found, MeasurePiece)
        return found


def as_money(piece: AnyPiece, name: str, *, counts_money: bool) -> None:
    """Let a target be written as money, or as a plain number."""
    field = piece.fields[name]
    assert isinstance(field, Amount)
    field.currency = piece.around.program.currency if counts_money else ""
    if counts_money:
        field.label = f"{field.label} ({field.currency})"
