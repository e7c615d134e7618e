"""Desk: a member's streaks on their play page."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.blocks import Block, register_block, so_far
from gamification.streaks.showing import show_streaks
from loyalty.foundation.ids import Id
from loyalty.programs.calendar import zone_named
from loyalty.programs.tenants import Program


def _block(program: Program, member_id: Id, at: datetime) -> Block:
    return Block(
        title=_("Streaks"),
        heads=(_("Streak"), _("Now"), _("Longest"), _("Freezes"), _("Next due")),
        rows=[
            (
                each["name"],
                each["current"],
                each["longest"],
                so_far(each["freezes"]["owned"], each["freezes"]["max"]),
                each["deadline"] and each["deadline"].astimezone(zone_named(each["time_zone"])),
            )
            for each in show_streaks(program=program, member_id=member_id, at=at)
        ],
        empty=_("No streak is live."),
    )


register_block("streaks", _block)
