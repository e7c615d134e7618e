"""The part `badges` of the programme document, and the game itself."""

from django.utils.translation import gettext_lazy as _

from gamification.badges import families, holding  # registers what it measures and hands out  # noqa: F401
from gamification.badges.kinds import GAME, PREFIX
from gamification.badges.previewing import fill, preview
from gamification.criteria.life.documenting import register_definitions
from gamification.criteria.life.games import Game

BADGES = register_definitions(
    Game(
        name=GAME,
        prefix=PREFIX,
        part="badges",
        title=_("Badges"),
        fields=families.FIELDS,
        required=families.REQUIRED,
        check=families.check,
        specs=families.specs,
        prizes=families.prizes,
        read=families.read_family,
        preview=preview,
        backfill=fill,
        example={
            "condition": {"measure": {"kind": "deeds.count", "of": "order.paid"}},
            "tiers": [{"slug": "first", "target": 1, "name": {"en": "First"}}],
        },
    )
)
