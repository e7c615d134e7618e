"""Desk: a member's levels on their play page."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.blocks import Block, register_block, so_far
from gamification.levels.showing import show_levels
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program


def _block(program: Program, member_id: Id, at: datetime) -> Block:
    return Block(
        title=_("Levels"),
        heads=(_("Curve"), _("Level"), _("Experience"), _("To the next level")),
        rows=[
            (
                each["name"],
                so_far(each["level"], each["levels"]),
                each["experience"],
                each["next"]["remaining"] if each["next"] else "",
            )
            for each in show_levels(program=program, member_id=member_id, at=at)
        ],
        empty=_("No curve is live."),
    )


register_block("levels", _block)
