"""What people decided about entries of boards, by hand and with a reason."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gamification.leaderboards.kinds import ACTOR_LENGTH_MAX, REASON_LENGTH_MAX, Ruling
from gamification.leaderboards.models.boards import BoardPeriod
from loyalty.foundation.ids import Row
from loyalty.members.persons import Member


class BoardRuling(Row):
    """Somebody kept a member's entry in one period from the board, or let it stand again. Rows are only added."""

    prefix = "brr"

    period = models.ForeignKey(
        BoardPeriod, on_delete=models.PROTECT, related_name="rulings", db_index=False
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    ruling = models.CharField(_("decided"), max_length=10, choices=Ruling)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH_MAX)
    actor = models.CharField(_("who"), max_length=ACTOR_LENGTH_MAX)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("decision about an entry")
        verbose_name_plural = _("decisions about entries")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="board_ruling_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ruling__in=Ruling.values), name="board_ruling_is_known"
            ),
        ]
        indexes = [models.Index(fields=["period", "member"], name="board_rulings_of_entry")]
        triggers = [
            pgtrigger.Trigger(
                name="board_rulings_are_only_added",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="RAISE EXCEPTION 'board_rulings_are_only_added' USING"
                " ERRCODE = 'restrict_violation', CONSTRAINT = 'board_rulings_are_only_added';",
            )
        ]

    def __str__(self) -> str:
        return self.get_ruling_display()
