"""The table of pictures: files of our own making, which never change."""

import pgtrigger
from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row, shown
from loyalty.pictures.drawing import LARGE, SMALL

TITLE_LENGTH_MAX = 100


class Picture(Row):
    """A picture that definitions of a programme may name, in two sizes. Another file is another picture."""

    prefix = "pic"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
    )
    digest = models.UUIDField(editable=False)  # of the file that was sent: its name in definitions
    title = models.CharField(_("title"), max_length=TITLE_LENGTH_MAX)
    width = models.PositiveSmallIntegerField(_("width"))
    height = models.PositiveSmallIntegerField(_("height"))
    small = models.BinaryField()
    large = models.BinaryField()
    came_at = models.DateTimeField(_("uploaded"))  # lately; real time

    class Meta:
        app_label = "loyalty"
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            # The digest first: browsers ask by it alone.
            models.UniqueConstraint(fields=["digest", "program"], name="picture_comes_once"),
            models.CheckConstraint(
                condition=Q(width__range=(1, LARGE[0]), height__range=(1, LARGE[0])),
                name="picture_fits_a_page",
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("small"), SMALL[1]))
                & Q(LessThanOrEqual(Length("large"), LARGE[1])),
                name="picture_is_light",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="pictures_do_not_change",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "((OLD.digest, OLD.program_id, OLD.small, OLD.large, OLD.width, OLD.height) IS DISTINCT FROM "
                    "(NEW.digest, NEW.program_id, NEW.small, NEW.large, NEW.width, NEW.height))"
                ),
                func="RAISE EXCEPTION 'pictures_do_not_change' USING ERRCODE = 'restrict_violation', "
                "CONSTRAINT = 'pictures_do_not_change';",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    @admin.display(description=_("Id"))
    def shown_id(self) -> str:
        """What definitions call it."""
        return shown(self.prefix, self.digest)
