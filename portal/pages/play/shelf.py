"""The shelf: badges, those held first, and levels with the way to the next."""

from collections.abc import Mapping
from typing import Any

from gamification.badges.kinds import GAME as BADGES
from gamification.badges.kinds import AwardState
from gamification.badges.showing import PER_MILLE, show_member_badges
from gamification.levels.kinds import GAME as LEVELS
from gamification.levels.showing import show_levels
from loyalty.programs.tenants import currencies_of
from portal.pages.play.base import PlayPage

Json = dict[str, Any]


class Badges(PlayPage):
    """Every badge that may be known of, one place on the shelf for each of its steps."""

    template = "portal/play/badges.html"
    games = (BADGES,)

    def game(self, told: Mapping[str, str]) -> Mapping[str, Any]:
        badges = show_member_badges(program=self.program, member_id=self.member.pk, at=self.now)
        places = [place for badge in badges for place in _places(badge)]
        places.sort(key=lambda each: each["held"] is None)
        return {"places": places, "held": sum(each["held"] is not None for each in places)}


class Levels(PlayPage):
    """Where the member stands on each curve."""

    template = "portal/play/levels.html"
    games = (LEVELS,)

    def game(self, told: Mapping[str, str]) -> Mapping[str, Any]:
        levels = show_levels(program=self.program, member_id=self.member.pk, at=self.now)
        return {"levels": levels, "names": currencies_of(self.program)}


def _places(badge: Json) -> list[Json]:
    """The steps of a badge; how far it is stands on the first that is not held."""
    active = [each for each in badge["awards"] if each["state"] == AwardState.ACTIVE]
    places: list[Json] = []
    progress = badge["progress"]
    for tier in badge["tiers"]:
        mine = [each for each in active if each["tier"] == tier["slug"]]
        place = {**tier, "held": mine[-1] if mine else None, "times": len(mine), "progress": None}
        place["percent"] = _percent(tier["per_mille"])
        if not mine or badge["repeat"] != "once":
            place["progress"], progress = progress, None
        places.append(place)
    return places


def _percent(per_mille: int | None) -> int | None:
    """Whole hundredths, never none: somebody has it."""
    return None if per_mille is None else max(1, round(per_mille * 100 / PER_MILLE))
