"""Lots and draws: what credits brought, and which lot gave how much for what."""

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from loyalty.ledger.kinds import POINTS_PER_PART_MAX
from loyalty.ledger.models.accounts import Account, Hold
from loyalty.ledger.models.movements import Entry, append_only


class Lot(Row):
    """The points that one credit brought. `size - free` is what its draws took; `held` of that stands in open holds.

    Pending until `opened_at`. Without `opens_at` it waits for an event, at the latest until `lapses_at`. The terms
    that made its dates are stamped and never worked out again (L-15).
    """

    prefix = "lot"

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, db_index=False, related_name="lots"
    )
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lots")
    size = models.BigIntegerField(_("size"))
    free = models.BigIntegerField(_("free"))
    held = models.BigIntegerField(_("held"), default=0)
    origin = models.CharField(_("origin"), max_length=60, blank=True)
    worth = models.BigIntegerField(
        _("worth"), null=True, help_text=_("Minor units of 1,000 points when they were issued.")
    )
    opens_at = models.DateTimeField(_("opens"), null=True)
    opened_at = models.DateTimeField(_("opened"), null=True)
    lapses_at = models.DateTimeField(_("lapses"), null=True)
    expires_at = models.DateTimeField(_("ends"), null=True)
    terms = models.JSONField(null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=POINTS_PER_PART_MAX), name="lot_has_a_size"
            ),
            models.CheckConstraint(condition=Q(free__gte=0), name="lot_free_not_below_zero"),
            models.CheckConstraint(condition=Q(held__gte=0), name="lot_held_not_below_zero"),
            models.CheckConstraint(
                condition=Q(size__gte=F("free") + F("held")), name="lot_gives_no_more_than_it_has"
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=False) | Q(held=0), name="lot_opens_before_it_is_held"
            ),
        ]
        indexes = [
            models.Index(
                F("account"),
                Func(
                    F("expires_at"), template="(COALESCE(%(expressions)s, 'infinity'::timestamptz))"
                ),
                F("id"),
                condition=Q(free__gt=0, opened_at__isnull=False),
                name="lot_in_spending_order",
            ),
            models.Index(
                fields=["opens_at"], condition=Q(opened_at__isnull=True), name="lot_to_open"
            ),
            models.Index(
                fields=["account"],
                condition=Q(free__gt=0, opened_at__isnull=True, opens_at__isnull=True),
                name="lot_waiting_for_an_event",
            ),
            models.Index(
                fields=["lapses_at"],
                condition=Q(opened_at__isnull=True, lapses_at__isnull=False),
                name="lot_to_lapse",
            ),
            models.Index(
                fields=["expires_at", "id"], condition=Q(free__gt=0), name="lot_to_expire"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id


class LotChange(Row):
    """A lot's end was moved on: by activity (sliding expiry) or by the grace of a return. Rows are only added."""

    prefix = "lch"

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="changes")
    why = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "loyalty"
        verbose_name = _("change of a lot")
        verbose_name_plural = _("changes of lots")
        triggers = [append_only("lot_change_is_never_changed")]

    def __str__(self) -> str:
        return self.shown_id


class Draw(Row):
    """How much one lot gave (points > 0) or got back (points < 0), for an entry or for a hold. Rows are only added."""

    prefix = "drw"

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="draws")
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, db_index=False, related_name="draws"
    )
    hold = models.ForeignKey(
        Hold, on_delete=models.PROTECT, null=True, db_index=False, related_name="draws"
    )
    points = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        app_label = "loyalty"
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        constraints = [
            models.CheckConstraint(condition=~Q(points=0), name="draw_moves_points"),
            models.CheckConstraint(
                condition=Q(entry__isnull=False, hold__isnull=True)
                | Q(entry__isnull=True, hold__isnull=False),
                name="draw_is_for_an_entry_or_a_hold",
            ),
        ]
        indexes = [
            models.Index(fields=["entry"], condition=Q(entry__isnull=False), name="draw_by_entry"),
            models.Index(fields=["hold"], condition=Q(hold__isnull=False), name="draw_by_hold"),
        ]
        triggers = [
            append_only("draw_is_never_changed"),
            pgtrigger.Trigger(
                name="draws_stay_within_their_lot",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]
                func="""
                    IF EXISTS (
                        SELECT FROM loyalty_lot lot
                        CROSS JOIN LATERAL (
                            SELECT sum(points) AS taken FROM loyalty_draw WHERE lot_id = lot.id
                        ) draws
                        WHERE lot.id IN (SELECT lot_id FROM fresh)
                          AND NOT draws.taken BETWEEN 0 AND lot.size
                    ) THEN
                        RAISE EXCEPTION 'draws_stay_within_their_lot' USING
                            ERRCODE = 'check_violation', CONSTRAINT = 'draws_stay_within_their_lot';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id
