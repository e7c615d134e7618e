"""Desk: a member's challenges on their play page."""

from datetime import datetime

from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from gamification.challenges.kinds import AttemptState
from gamification.challenges.looking.showing import show_challenges
from gamification.criteria.desk.blocks import Block, register_block, so_far
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program

STATUSES = {
    **dict(AttemptState.choices),
    "open": _("Can be joined"),
    "running": _("Running"),
    "locked": _("For others"),
    "closed": _("Not open"),
}


def _block(program: Program, member_id: Id, at: datetime) -> Block:
    return Block(
        title=_("Challenges"),
        heads=(_("Challenge"), _("State"), _("Steps"), _("Until"), _("Times done")),
        rows=[
            (
                each["name"],
                STATUSES[each["status"]],
                format_html_join(
                    " · ",
                    "{}",
                    ((so_far(step["value"], step["target"]),) for step in each["steps"]),
                ),
                each["ends_at"],
                each["times_completed"],
            )
            for each in show_challenges(program=program, member_id=member_id, at=at)
        ],
        empty=_("No challenge is live."),
    )


register_block("challenges", _block)
