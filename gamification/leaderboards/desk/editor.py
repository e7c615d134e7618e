"""The form of a leaderboard: what is ranked in which periods, who takes part, who wins what."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.editors import BEFORE, Editor, register_editor
from gamification.criteria.desk.pieces.conditions import ConditionPiece
from gamification.criteria.desk.pieces.measures import COUNT, SUM, MeasurePiece
from gamification.criteria.desk.pieces.piece import Piece
from gamification.criteria.measures import shapes
from gamification.criteria.telling.sentences import Names, condition_phrase, measure_phrase
from gamification.leaderboards.boards.terms import GRACE_DEFAULT, K_DEFAULT, PLACES_MAX
from gamification.leaderboards.kinds import GAME, Ranking, Ties
from gamification.prizes.desk.pieces import PrizePiece
from gamification.prizes.desk.telling import prize_phrase
from loyalty.earning.desk.inputs import Span, number
from loyalty.earning.desk.pieces.around import choice, yes
from loyalty.earning.desk.pieces.piece import Json
from loyalty.earning.desk.pieces.rows import Rows
from loyalty.earning.telling import words

PERIODS: Final = {
    "day": _("every day"),
    "week": _("every week"),
    "month": _("every month"),
    "quarter": _("every quarter"),
    "year": _("every year"),
    "ever": _("only once, for ever"),
}
# What only a clock changes is not among them.
WHO: Final = (shapes.TIER, shapes.SEGMENT, shapes.BADGE)


class BandPiece(Piece):
    """Places that win the same."""

    first_place = number(_("From the place"), max_value=PLACES_MAX)
    last_place = number(_("to the place"), max_value=PLACES_MAX)

    unsaid = frozenset({"first_place", "last_place"})
    layout = (("", True, ("first_place", "last_place", "prize")),)

    def build(self) -> None:
        self.inner["prize"] = PrizePiece(**self.inside("prize"))

    def fields_of(self, told: Mapping[str, Any]) -> Json:
        places = told.get("places", ())
        return dict(zip(("first_place", "last_place"), places, strict=False))

    def said(self) -> Any:
        told = self.cleaned_data
        return {"places": [told["first_place"], told["last_place"]], **super().said()}

    def clean(self) -> dict[str, Any]:
        """One place is a band as well."""
        told = super().clean()
        if told.get("first_place") is None and "first_place" not in self.errors:
            self.add_error("first_place", _("This field is required."))
        if "last_place" in told and told["last_place"] is None:
            told["last_place"] = told.get("first_place")
        return told

    def blame(self, steps: Sequence[str], message: str) -> None:
        if steps[:1] == ["places"]:
            self.add_error("last_place" if steps[1:] == ["1"] else "first_place", message)
        else:
            super().blame(steps, message)


class BoardEditor(Editor):
    """A board as staff write it."""

    texts = {"name": _("Name"), "unit": _("What the score counts")}
    best = yes(_("Only the best single one counts, not the sum"))
    period = choice(_("Begins anew"), PERIODS.items(), initial="month")
    grace = Span(
        label=_("What is told late counts for"),
        initial=GRACE_DEFAULT,
        help_text=_("After the end; then the period is final."),
    )
    ranking = choice(_("How ranks are counted"), Ranking.choices)
    ties = choice(_("Among equals wins"), Ties.choices)
    k = number(
        _("Rows are shown from so many members on"), least=0, max_value=1_000, initial=K_DEFAULT
    )
    clawback_for = Span(
        label=_("Prizes can be taken back for"),
        help_text=_("After the end, when what counted was returned. Empty: never."),
    )

    layout = (
        (_("Its name"), True, ("name__", "slug")),
        (_("What is ranked"), True, ("measure", "best", "unit__")),
        (_("When"), True, ("period", "grace")),
        (_("What places win"), True, ("prizes", "ties", "clawback_for")),
        (_("Who takes part"), False, ("who",)),
        (_("Ranks and rows"), False, ("ranking", "k")),
        BEFORE,
    )

    def build(self) -> None:
        self.inner |= {
            "measure": MeasurePiece(kinds=(COUNT, SUM), has_window=False, **self.inside("measure")),
            "prizes": Rows(
                BandPiece, title=_("Prize"), more=_("Another prize"), **self.inside("prizes")
            ),
            "who": ConditionPiece(
                kinds=WHO, has_window=False, is_optional=True, **self.inside("who")
            ),
        }

    @staticmethod
    def tells(told: Json, names: Names) -> list[str]:
        """What is ranked and when, who takes part, what places win."""
        return [*_ranked(told, names), *_whom(told, names), *_prizes(told, names)]


def _ranked(told: Json, names: Names) -> Iterator[str]:
    phrase = measure_phrase(told["measure"], target=None, names=names)
    text = (
        now_("The largest single one leads: {phrase}")
        if told.get("best")
        else now_("Whoever has most leads: {phrase}")
    )
    yield words.ended(text.format(phrase=phrase))
    period = told.get("period", "month")
    yield words.ended(now_("It begins anew: {often}").format(often=PERIODS[period]))
    if period != "ever":
        lasting = words.duration(told.get("grace", GRACE_DEFAULT))
        yield words.ended(now_("What is told within {duration} after the end still counts").format(duration=lasting))  # fmt: skip


def _whom(told: Json, names: Names) -> Iterator[str]:
    if "who" in told:
        phrase = condition_phrase(told["who"], target=None, names=names)
        yield words.ended(now_("For whoever: {phrase}").format(phrase=phrase))


def _prizes(told: Json, names: Names) -> Iterator[str]:
    for each in told.get("prizes", ()):
        first, last = each["places"]
        places = words.number(first) if first == last else f"{words.number(first)}-{words.number(last)}"  # fmt: skip
        prize = prize_phrase(each.get("prize"), names=names)
        yield words.ended(now_("Place {places}: {prize}").format(places=places, prize=prize))
    if told.get("prizes") and told.get("ties") == Ties.SHARED:
        yield now_("Equals all win.")
    if told.get("prizes") and "clawback_for" in told:
        lasting = words.duration(told["clawback_for"])
        yield words.ended(now_("Prizes can be taken back for {duration} after the end").format(duration=lasting))  # fmt: skip


register_editor(GAME, BoardEditor)
