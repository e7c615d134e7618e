"""Naming: what stands on a board instead of a member: a nickname, a name, or an alias that tells nothing (G-84)."""

from collections.abc import Collection, Mapping
from typing import Final

from django.utils.translation import pgettext_lazy

from gamification.leaderboards.kinds import Choice
from gamification.leaderboards.models import Visibility
from gamification.leaderboards.ranks.ranking import Spot
from loyalty.foundation.ids import Id
from loyalty.members.persons import Person, persons_of

ANIMALS: Final = (
    pgettext_lazy("alias", "Otter"),
    pgettext_lazy("alias", "Fox"),
    pgettext_lazy("alias", "Heron"),
    pgettext_lazy("alias", "Lynx"),
    pgettext_lazy("alias", "Badger"),
    pgettext_lazy("alias", "Swallow"),
    pgettext_lazy("alias", "Hare"),
    pgettext_lazy("alias", "Owl"),
    pgettext_lazy("alias", "Dolphin"),
    pgettext_lazy("alias", "Squirrel"),
    pgettext_lazy("alias", "Falcon"),
    pgettext_lazy("alias", "Hedgehog"),
    pgettext_lazy("alias", "Panda"),
    pgettext_lazy("alias", "Turtle"),
    pgettext_lazy("alias", "Sparrow"),
    pgettext_lazy("alias", "Deer"),
)
_NUMBERS: Final = 900


def names_of(spots: Collection[Spot]) -> Mapping[Id, str]:
    """What to call these on a board, in the active language; one statement, two where somebody is named."""
    rows = Visibility.objects.filter(member_id__in=[spot.member_id for spot in spots])
    choices = {row.member_id: row for row in rows}
    named = [each for each, row in choices.items() if row.choice == Choice.NAMED]
    persons = persons_of(named) if named else {}
    return {
        spot.member_id: _shown_as(choices.get(spot.member_id), persons) or alias_of(spot.tie)
        for spot in spots
    }


def alias_of(tie: int) -> str:
    """An alias for one period: computed from what nobody outside can know, and of no use in the next."""
    number, animal = divmod(tie & (2**63 - 1), len(ANIMALS))
    return f"{ANIMALS[animal]} {100 + number % _NUMBERS}"


def _shown_as(row: Visibility | None, persons: Mapping[Id, Person]) -> str:
    if row is None or row.choice == Choice.HIDDEN:
        return ""
    if row.choice == Choice.PSEUDONYM:
        return row.nickname
    person = persons.get(row.member_id)
    if person is None or not person.first_name:
        return ""
    return f"{person.first_name} {person.last_name[:1]}.".replace(" .", "")
