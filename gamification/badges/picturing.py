"""Picturing: which pictures badges name; every version counts, since awards go on showing what they were given by."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gamification.criteria.life.games import Settings
from loyalty.foundation.database.statements import run
from loyalty.foundation.shapes import below
from loyalty.pictures.naming import names_pictures

EVERYWHERE: Final = "en"  # an image without a language is that of all
_NAMED: Final = """
    SELECT DISTINCT image #>> '{}'
    FROM gamification_definitionversion, jsonb_path_query(settings, 'lax $.tiers[*].image.**') image
    WHERE jsonb_typeof(image) = 'string' AND image #>> '{}' = ANY(%s::text[])
"""


@names_pictures("badges")
def named_by_badges(names: list[str]) -> list[str]:
    """Those of these names that stand in a version."""
    return [row[0] for row in run(_NAMED, [names])]


def images_of(tier: Mapping[str, Any]) -> Mapping[str, str]:
    """The images of a tier by language."""
    told = tier.get("image", {})
    return {EVERYWHERE: told} if isinstance(told, str) else told


def images_in(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every image with its pointer."""
    for place, tier in enumerate(settings["tiers"]):
        at = below("/tiers", place, "image")
        told = tier.get("image", {})
        if isinstance(told, str):
            yield at, told
        else:
            yield from ((below(at, language), each) for language, each in told.items())
