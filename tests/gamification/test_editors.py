"""Forms of definitions: what they show is what they say, and every problem stands at its field (U-30)."""

import json
from pathlib import Path

import pytest

import gamification.admin  # registers the forms  # noqa: F401
from gamification.criteria.desk.editors import editor_of, why_not
from tests.world.play import a_cafe

pytestmark = pytest.mark.django_db

CAFE = json.loads(Path("loyalty/presets/cafe.json").read_text(encoding="utf-8"))
PARTS = {"badges": "badge", "challenges": "challenge"}


@pytest.mark.parametrize(
    ("game", "told"), [(game, told) for part, game in PARTS.items() for told in CAFE[part]]
)
def test_every_definition_of_the_cafe_goes_through_its_form_unchanged(game, told):
    """U-30: nothing is lost."""
    cafe = a_cafe()

    assert why_not(editor_of(game), program=cafe, told=told) == ""
