"""The table of levels."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gamification.criteria.models import Definition, DefinitionVersion
from loyalty.foundation.ids import Row
from loyalty.members.persons import Member


class LevelMark(Row):
    """That a member came to a level, for ever: a high-water mark (G-76). What comes back lowers experience, no level.

    `reached_at` is when the net history got there, `noticed_at` when we noticed.
    """

    prefix = "lvm"

    definition = models.ForeignKey(
        Definition, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    version = models.ForeignKey(
        DefinitionVersion, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    level = models.PositiveSmallIntegerField(_("level"))
    experience = models.BigIntegerField(_("experience"))
    reached_at = models.DateTimeField(_("reached"))
    noticed_at = models.DateTimeField(_("noticed"))

    class Meta:
        verbose_name = _("level mark")
        verbose_name_plural = _("level marks")
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "member", "level"], name="level_is_reached_once"
            ),
            models.CheckConstraint(condition=Q(level__gte=2), name="first_level_needs_no_mark"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="level_is_never_lost",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Delete | pgtrigger.Truncate,
                func="RAISE EXCEPTION 'level_is_never_lost' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'level_is_never_lost';",
            )
        ]

    def __str__(self) -> str:
        return str(self.level)
