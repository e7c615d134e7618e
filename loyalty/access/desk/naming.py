"""Naming: what a column is called whose field says nothing but its own name, in the language of whoever reads."""

from typing import Any, Final

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import Text

# Fields that lead to another row, and a few that many tables have; others are named where they are declared.
NAMES: Final[dict[str, Text]] = {
    "account": _("account"),
    "advocate": _("advocate"),
    "at": _("when"),
    "badge": _("badge"),
    "batch": _("batch"),
    "card": _("card"),
    "created_at": _("created at"),
    "currency": _("point currency"),
    "decided_by": _("decided by"),
    "definition": _("definition"),
    "earning": _("earning"),
    "entry": _("entry"),
    "friend": _("friend"),
    "id": _("id"),
    "member": _("member"),
    "merged_into": _("merged into"),
    "plan": _("plan"),
    "proposed_by": _("proposed by"),
    "rate": _("rate"),
    "redemption": _("redemption"),
    "referral": _("referral"),
    "revision": _("revision"),
    "reward": _("reward"),
    "rule": _("rule"),
    "source": _("source"),
    "streak": _("streak"),
    "target": _("merged into"),
    "user": _("person"),
    "version": _("version"),
}


def name_fields(model: type[Model]) -> None:
    """Give names to this model's fields that have none of their own. Migrations do not see it."""
    for field in model._meta.fields:
        unnamed: Any = field
        if unnamed._verbose_name is None and field.name in NAMES:
            unnamed.verbose_name = NAMES[field.name]
