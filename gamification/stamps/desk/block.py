"""Desk: a member's stamp cards on their play page."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.blocks import Block, register_block, so_far
from gamification.stamps.telling.showing import show_cards
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program


def _block(program: Program, member_id: Id, at: datetime) -> Block:
    return Block(
        title=_("Stamp cards"),
        heads=(_("Card"), _("Number"), _("Filled"), _("All stamps"), _("Prizes given")),
        rows=[
            (
                each["name"],
                each["number"],
                so_far(each["filled"], each["size"]),
                each["total"],
                sum(given["state"] == "given" for given in each["given"]),
            )
            for each in show_cards(program=program, member_id=member_id)
        ],
        empty=_("No stamp card is live."),
    )


register_block("stamps", _block)
