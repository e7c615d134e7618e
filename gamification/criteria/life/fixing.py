"""Fixing: what of a wording stays as it was once a definition is in force."""

from collections.abc import Mapping
from typing import Any

from gamification.criteria.life.games import Game
from gamification.criteria.models import Definition
from gamification.criteria.refusals import WordingFixed


def refuse_what_is_fixed(game: Game, row: Definition, settings: Mapping[str, Any]) -> None:
    """Raises WordingFixed for the first field that differs from the version in force."""
    if game.fixed is None or not row.live_number:
        return
    before = game.fixed(row.versions.get(number=row.live_number).settings)
    for field, value in game.fixed(settings).items():
        if value != before[field]:
            raise WordingFixed(slug=row.slug, field=field, pointer=f"/{field}")
