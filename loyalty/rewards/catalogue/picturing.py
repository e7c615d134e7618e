"""Picturing: which pictures revisions name; every revision counts, since what was handed out goes on showing its own."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.shapes import below
from loyalty.pictures.naming import names_pictures

_NAMED: Final = """
    SELECT DISTINCT image.value FROM loyalty_rewardrevision, jsonb_each_text(definition -> 'image') image
    WHERE image.value = ANY(%s::text[])
"""


@names_pictures("rewards")
def named_by_rewards(names: list[str]) -> list[str]:
    """Those of these names that stand in a revision."""
    return [row[0] for row in run(_NAMED, [names])]


def images_in(definition: Mapping[str, Any], *, pointer: str = "") -> Iterator[tuple[str, str]]:
    """The images of a definition with their pointers."""
    for language, told in definition.get("image", {}).items():
        yield below(pointer, "image", language), told
