"""Wording: a plan in sentences, to the member who reads it; of affiliates, to the staff who pay them (R-21, U-30)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty.earning.telling.words import duration, money
from loyalty.foundation.refusals import Text
from loyalty.programs.calendar import Unit
from loyalty.programs.tenants import Program
from referrals.codes.sharing import reward_in_words
from referrals.plans.kinds import Audience, Take
from referrals.plans.terms import Terms

# To whom a plan is told: an affiliate has no page of ours, so that only staff read about them.
GETS: Final[Mapping[str, tuple[Text, Text, Text]]] = {
    Audience.MEMBERS: (
        gettext_lazy("Your friend gets: {reward}."),
        gettext_lazy("You get: {reward}."),
        gettext_lazy("Your friend gets at joining: {reward}."),
    ),
    Audience.AFFILIATES: (
        gettext_lazy("The customer gets: {reward}."),
        gettext_lazy("The affiliate gets: {reward}."),
        gettext_lazy("The customer gets at joining: {reward}."),
    ),
}
COMES: Final[Mapping[str, tuple[Text, Text]]] = {
    Audience.MEMBERS: (
        gettext_lazy("Your friend is new here, and joins through your link or with your code."),
        gettext_lazy("Time to join after your invitation: {period}."),
    ),
    Audience.AFFILIATES: (
        gettext_lazy(
            "The customer is new here, and joins through the affiliate's link or with their code."
        ),
        gettext_lazy("Time to join after the link was opened: {period}."),
    ),
}
CAPS: Final[Mapping[str, Mapping[Unit, Text]]] = {
    Audience.MEMBERS: {
        Unit.MONTH: gettext_lazy("Rewards for you: at most {count} a month."),
        Unit.QUARTER: gettext_lazy("Rewards for you: at most {count} a quarter."),
        Unit.HALF_YEAR: gettext_lazy("Rewards for you: at most {count} in half a year."),
        Unit.YEAR: gettext_lazy("Rewards for you: at most {count} a year."),
        Unit.EVER: gettext_lazy("Rewards for you: at most {count} in all."),
    },
    Audience.AFFILIATES: {
        Unit.MONTH: gettext_lazy("Rewards for the affiliate: at most {count} a month."),
        Unit.QUARTER: gettext_lazy("Rewards for the affiliate: at most {count} a quarter."),
        Unit.HALF_YEAR: gettext_lazy("Rewards for the affiliate: at most {count} in half a year."),
        Unit.YEAR: gettext_lazy("Rewards for the affiliate: at most {count} a year."),
        Unit.EVER: gettext_lazy("Rewards for the affiliate: at most {count} in all."),
    },
}


def plan_in_words(terms: Terms, program: Program, *, audience: str) -> list[str]:
    """What both sides get, and the rules, a sentence each; in the active language."""
    sides = (terms.friend_reward, terms.advocate_reward, terms.welcome)
    told = [
        str(words).format(reward=reward_in_words(reward, program))
        for words, reward in zip(GETS[audience], sides, strict=True)
        if reward
    ]
    return [*told, *rules_in_words(terms, program, audience=audience)]


def rules_in_words(terms: Terms, program: Program, *, audience: str) -> list[str]:
    """What has to happen before anybody gets anything, a sentence each, in the active language."""
    who, in_time = COMES[audience]
    told = [
        str(who),
        str(in_time).format(period=_in_words(terms.touch_window)),
        _("Smallest first order: {money}. Time for it after joining: {period}.").format(
            money=money(terms.min_order, program.currency), period=_in_words(terms.qualify_window)
        ),
        _("Rewards come when the order can no longer be returned: {period} after it.").format(
            period=_in_words(terms.hold)
        ),
    ]
    told += [str(CAPS[audience][cap.period]).format(count=cap.times) for cap in terms.caps]
    if terms.clawback_take is not Take.KEEP:
        told.append(_("If the order comes back later all the same, the rewards go back as well."))
    return told


def _in_words(window: timedelta) -> str:
    return duration(f"P{window.days}D")
