"""The form of a stamp card: where stamps come from, what positions give, limits, and when stamps end."""

from collections.abc import Iterator

from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.editors import BEFORE, Editor, register_editor
from gamification.criteria.telling.sentences import Names
from gamification.criteria.telling.words import KIND_WORDS
from gamification.prizes.desk.telling import prize_phrase
from gamification.stamps.desk.pieces import ExpiryPiece, LimitsPiece, PositionPiece, SourcePiece
from gamification.stamps.keeping.cards import Card
from gamification.stamps.kinds import GAME, SIZE_MAX
from loyalty.earning.desk.inputs import number
from loyalty.earning.desk.pieces.piece import Json
from loyalty.earning.desk.pieces.rows import Rows
from loyalty.earning.telling import words


class CardEditor(Editor):
    """A card as staff write it."""

    size = number(
        _("Stamps on a card"),
        max_value=SIZE_MAX,
        help_text=_("Empty: ten, or up to the last prize."),
    )
    endowed = number(
        _("Stamps given with the first card"), least=0, max_value=SIZE_MAX - 1, initial=0
    )

    layout = (
        (_("Its name"), True, ("name__", "slug")),
        (_("What gives a stamp"), True, ("stamps_from",)),
        (_("What the card gives"), True, ("positions", "size", "endowed")),
        (_("How many at a time, by hand or by a code"), False, ("limits",)),
        (_("When stamps end"), False, ("expiry",)),
        BEFORE,
    )

    def build(self) -> None:
        self.inner |= {
            "stamps_from": SourcePiece(**self.inside("stamps_from")),
            "positions": Rows(
                PositionPiece,
                title=_("Prize"),
                more=_("Another prize"),
                **self.inside("positions"),
            ),
            "limits": LimitsPiece(**self.inside("limits")),
            "expiry": ExpiryPiece(**self.inside("expiry")),
        }

    @staticmethod
    def tells(told: Json, names: Names) -> list[str]:
        """Where stamps come from, each prize, and what else holds."""
        return [*_source(told, names), *_positions(told, names), *_terms(told)]


def _source(told: Json, names: Names) -> Iterator[str]:
    source = told.get("stamps_from")
    if not source:
        yield now_("Stamps are given by hand and by codes.")
        return
    kind = next(name for name in source if name != "max_per_event")
    phrase = _kind(kind, source[kind], names)
    further = [*_narrowed(source[kind], names)]
    if "max_per_event" in source:
        count = words.number(source["max_per_event"])
        further.append(now_("at most {count} at once").format(count=count))
    if further:
        phrase = now_("{phrase} ({further})").format(phrase=phrase, further="; ".join(further))
    yield words.ended(phrase)


def _kind(kind: str, told: Json, names: Names) -> str:
    if kind == "amount":
        step = words.money(told["step"], names.program.currency)
        return now_("A stamp for every {money} spent").format(money=step)
    if kind == "events":
        what = KIND_WORDS.get(told.get("type", ""), told.get("type", ""))
        return now_("A stamp for each: {what}").format(what=what)
    if kind == "orders":
        return now_("A stamp for each paid order")
    return now_("A stamp for each piece that is bought")


def _narrowed(told: Json, names: Names) -> Iterator[str]:
    for key, text in (
        ("skus", now_("only the articles {words}")),
        ("categories", now_("only goods of {words}")),
        ("places", now_("only at {words}")),
    ):
        if key in told:
            yield text.format(words=words.either(told[key]))
    if "min_amount" in told:
        yield now_("each from {money}").format(
            money=words.money(told["min_amount"], names.program.currency)
        )


def _positions(told: Json, names: Names) -> Iterator[str]:
    for each in told["positions"]:
        prize = prize_phrase(each.get("prize"), names=names)
        text = now_("Stamp {number}: {prize}").format(number=words.number(each["at"]), prize=prize)
        yield words.ended(text)


def _terms(told: Json) -> Iterator[str]:
    size = words.number(Card.read(told).size)
    yield now_("A card holds {count} stamps; what is too much is on the next.").format(count=size)
    if told.get("endowed"):
        count = words.number(told["endowed"])
        yield words.ended(now_("Given with the first card: {count}").format(count=count))
    expiry = told.get("expiry", {})
    if "inactivity" in expiry:
        lasting = words.duration(expiry["inactivity"])
        yield words.ended(now_("Stamps end after {duration} without one").format(duration=lasting))
    if "date" in expiry:
        yield words.ended(now_("Stamps end on {day}").format(day=words.day(expiry["date"])))


register_editor(GAME, CardEditor)
