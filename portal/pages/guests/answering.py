"""Answering: what a programme wrote about itself; where it wrote nothing, what its own settings say is so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from loyalty.earning.telling import words
from loyalty.earning.telling.rules import TRIGGERS
from loyalty.programs.tenants import PointCurrency, Program, currencies_of
from portal.words.spoken import Spoken, spoken

# From `returns_take` of the programme (E-63).
RETURNS: Final[Mapping[str, Promise]] = {
    "owe": gettext_lazy(
        "What an order brought goes back with what you return. If you have spent it already, your balance stands below "
        "zero until new points fill it."
    ),
    "within_balance": gettext_lazy(
        "What an order brought goes back with what you return, but never more than you have then."
    ),
    "only_pending": gettext_lazy(
        "What an order brought goes back with what you return, as long as it is still pending."
    ),
}
ROUNDED: Final[Mapping[str, Promise]] = {
    "month": gettext_lazy("Then they last to the end of that month."),
    "quarter": gettext_lazy("Then they last to the end of that quarter."),
    "half_year": gettext_lazy("Then they last to the end of that half year."),
    "year": gettext_lazy("Then they last to the end of that year."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A question and what is so."""

    question: Spoken
    answer: Spoken
    is_ours: bool = True  # what staff wrote keeps their digits


def answers_of(
    program: Program, told: Sequence[Mapping[str, Mapping[str, str]]], *, language: str
) -> list[Answer]:
    """What the programme wrote; else our own answers, each true by its settings. In the active language."""
    if told:
        return [
            Answer(
                question=spoken(each["question"], language=language),
                answer=spoken(each["answer"], language=language),
                is_ours=False,
            )
            for each in told
        ]
    ours = [
        (_("When do points expire?"), _expiring(program)),
        (_("What if I return something?"), str(RETURNS[program.returns_take])),
        (
            _("Do I need a password?"),
            _("No. We mail you a link that works once, or you come in from your shop."),
        ),
        (
            _("How do I leave?"),
            _(
                "On the page “My details” you take your data along and leave for good. Points that are left are gone then."
            ),
        ),
    ]
    return [
        Answer(question=_ours(question, language), answer=_ours(answer, language))
        for question, answer in ours
    ]


def _ours(text: str, language: str) -> Spoken:
    return Spoken(text=text, language=language, is_other=False)


def _expiring(program: Program) -> str:
    """Of each kind of points that can be spent; its name stands before it where there are several."""
    kinds = [each for each in currencies_of(program).values() if each.spendable]
    if len(kinds) == 1:
        return _ending_of(kinds[0])
    return " ".join(
        _("{name}: {sentence}").format(name=each, sentence=_ending_of(each)) for each in kinds
    )


def _ending_of(currency: PointCurrency) -> str:
    policy: Mapping[str, Any] = currency.expiry
    return " ".join(part for part in (_ending(policy), _rounded(policy)) if part)


def _rounded(policy: Mapping[str, Any]) -> str:
    return str(ROUNDED[policy["round_up"]]) if "round_up" in policy else ""


def _ending(policy: Mapping[str, Any]) -> str:
    if policy["kind"] == "rolling":
        return _("They can be used for {duration}.").format(duration=_lasting(policy))
    if policy["kind"] == "sliding":
        deeds = [str(TRIGGERS.get(each, each)) for each in policy["activities"]]
        return _("They can be used for {duration}, counted anew whenever {deed}.").format(
            duration=_lasting(policy), deed=words.either(deeds)
        )
    if policy["kind"] == "fixed_dates":
        days = [words.day_of_the_year(each) for each in policy["dates"]]
        return _("They end with the next of these days: {days}.").format(days=words.listed(days))
    if policy["kind"] == "end_of_year":
        return ngettext(
            "They end with the calendar year in which they came.",
            "They end with a calendar year, of {count} counted from the one in which they came.",
            policy["years"],
        ).format(count=policy["years"])
    return _("They do not expire.")


def _lasting(policy: Mapping[str, Any]) -> str:
    return words.duration(policy["period"])
