"""A member's boards on their play page: the score, and where it stands, seen or not."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.blocks import Block, register_block
from gamification.leaderboards.kinds import EVER, Choice
from gamification.leaderboards.telling.reading import boards_in
from gamification.leaderboards.telling.showing import show_top
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program


def _block(program: Program, member_id: Id, at: datetime) -> Block:
    rows = []
    for board in boards_in(program):
        told = show_top(
            program=program,
            slug=board.live.slug,
            period="current",
            limit=1,
            at=at,
            member_id=member_id,
        )
        me, key = told["me"], told["period"]["key"]
        rank = me["shadow_rank"]
        rows.append(
            (
                board.live.name,
                _("at any time") if key == EVER else key,
                me["score"],
                "" if rank is None else rank,
                told["of"],
                Choice(me["visibility"]).label,
            )
        )
    return Block(
        title=_("Leaderboards"),
        heads=(_("Board"), _("Period"), _("Score"), _("Rank"), _("Shown"), _("Seen")),
        rows=rows,
        empty=_("No leaderboard is live."),
    )


register_block("leaderboards", _block)
