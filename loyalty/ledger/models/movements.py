"""Entries, lots and draws: what moved points, what brought them, and which gave how much."""

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import ActorKind
from loyalty.foundation.ids import Row
from loyalty.ledger.kinds import (
    CREDITS,
    DEBITS,
    POINTS_PER_MOVEMENT_MAX,
    EntryKind,
)
from loyalty.ledger.models.accounts import Account, Hold

SOURCE_KEY_LENGTH_MAX = 160


def append_only(name: str) -> pgtrigger.Trigger:
    """Rows are only ever added: UPDATE, DELETE and TRUNCATE are refused to every role (L-2)."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        func=f"RAISE EXCEPTION '{name}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';",
    )


class Slot(Func):
    """Kind and source key in 16 bytes, so that the unique index stays narrow (L-4)."""

    template = "(md5(%(expressions)s)::uuid)"
    arg_joiner = " || '/' || "
    output_field = models.UUIDField()


class Entry(Row):
    """One movement of points. Rows are only ever added: a mistake is undone by another row that `reverses` it.

    The words of a member of staff are absent: a note may name people and stands beside the entry (`EntryNote`).
    """

    prefix = "ent"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, db_index=False, related_name="entries"
    )
    number = models.BigIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=16, choices=EntryKind)
    points = models.BigIntegerField(_("points"))
    balance_after = models.BigIntegerField(_("balance after"))
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    source_key = models.CharField(_("source"), max_length=SOURCE_KEY_LENGTH_MAX)
    rule_id = models.UUIDField(null=True)
    rule_version = models.IntegerField(null=True)
    event_id = models.UUIDField(null=True)
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, db_index=False, related_name="reversed_by"
    )
    group_id = models.UUIDField(null=True)
    hold = models.ForeignKey(
        Hold, on_delete=models.PROTECT, null=True, db_index=False, related_name="captures"
    )
    counts_for_tier = models.BooleanField(default=False)
    actor_kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in ActorKind])
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=60, blank=True)
    approved_by_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField(_("happened"))
    posted_at = models.DateTimeField(_("posted"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="entry_numbers_count_up"),
            models.UniqueConstraint(
                F("account"), Slot(F("kind"), F("source_key")), name="entry_source_counts_once"
            ),
            models.UniqueConstraint(
                fields=["hold"], condition=Q(hold__isnull=False), name="entry_captures_a_hold_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(CREDITS), points__gt=0)
                | Q(kind__in=sorted(DEBITS), points__lt=0),
                name="entry_kind_has_one_sign",
            ),
            models.CheckConstraint(
                condition=Q(
                    points__gte=-POINTS_PER_MOVEMENT_MAX, points__lte=POINTS_PER_MOVEMENT_MAX
                ),
                name="entry_points_in_range",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="entry_number_starts_at_one"),
            models.CheckConstraint(
                condition=Q(actor_kind__in=[k.value for k in ActorKind]), name="entry_has_an_actor"
            ),
            models.CheckConstraint(
                condition=~Q(actor_kind=ActorKind.STAFF) | ~Q(reason=""),
                name="entry_of_staff_has_a_reason",
            ),
        ]
        indexes = [
            BrinIndex(fields=["program", "posted_at"], pages_per_range=32, name="entry_by_posting"),
            models.Index(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="entry_reversals"
            ),
        ]
        triggers = [append_only("entry_is_never_changed")]

    def __str__(self) -> str:
        return self.shown_id


class EntryNote(models.Model):
    """What a person wrote about an entry. It may name people, so erasing a member deletes it; the entry stays (S-24)."""

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, primary_key=True, related_name="note"
    )
    text = models.TextField(_("note"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return self.text[:60]
