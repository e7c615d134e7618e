"""Redemptions: one member got one reward, for points or as a gift. Rows are kept for ever."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id, Row
from loyalty.members.models import Member
from loyalty.rewards.kinds import MOVES, Origin, RedemptionState
from loyalty.rewards.models.rewards import SHARED, Reward, RewardRevision

QUANTITY_MAX = 20
_MAY_FOLLOW = " OR ".join(
    f"(OLD.state = '{before.value}' AND NEW.state IN ({', '.join(repr(each.value) for each in sorted(after))}))"
    for before, after in MOVES.items()
    if after
)


class Redemption(Row):
    """What one member got by one revision of a reward: paid with points of one currency, or free (W-20 to W-26).

    Codes are absent: they belong to vouchers. `event_id` is the event because of which it was handed out (W-62).
    """

    prefix = "red"

    program = models.ForeignKey("loyalty.Program", db_index=False, **SHARED)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="redemptions")
    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, db_index=False, related_name="+")
    revision = models.ForeignKey(RewardRevision, db_index=False, **SHARED)
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    stock_taken = models.PositiveSmallIntegerField(default=0)  # comes back when cancelled
    points = models.BigIntegerField(_("points"), default=0)
    currency = models.ForeignKey("loyalty.PointCurrency", db_index=False, null=True, **SHARED)
    entry_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    # The entry and the lot of what was handed out, for points of another currency.
    given_entry_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    given_lot_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    state = models.CharField(_("state"), max_length=9, choices=RedemptionState)
    is_waiting = models.BooleanField(_("waits to be handed over"), default=False)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin)
    origin_key = models.CharField(_("origin key"), max_length=200)
    event_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    # Local day, and which redemption of that day, where a job redeems (W-70).
    day = models.DateField(_("day"))
    automatic_number = models.PositiveSmallIntegerField(null=True)
    worth = models.BigIntegerField(_("worth"), default=0)  # what a gift is charged with (W-72)
    reason = models.CharField(_("reason"), max_length=100, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    case = models.CharField(_("case"), max_length=100, blank=True)
    actor_kind = models.CharField(_("actor"), max_length=10)
    actor_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    approved_by_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    redeemed_at = models.DateTimeField(_("redeemed"))
    member_may_cancel_until = models.DateTimeField(null=True)
    # Memberships that were merged into this member, the last one last: an undone merge gives it back.
    merged_from = ArrayField(models.UUIDField(), null=True)
    state_at = models.DateTimeField(_("in this state since"))
    state_reason = models.CharField(_("because"), max_length=100, blank=True)
    state_by = models.CharField(_("by"), max_length=120, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    points_usable = models.BigIntegerField(_("given back"), default=0)
    points_expired = models.BigIntegerField(_("given back, ended"), default=0)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "origin", "origin_key"], name="redemption_origin_counts_once"
            ),
            models.UniqueConstraint(
                fields=["member", "reward", "day", "automatic_number"],
                condition=Q(automatic_number__isnull=False),
                name="automatic_redemption_counts_once",
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0, origin="redemption", currency__isnull=False)
                | Q(points=0, currency__isnull=True) & ~Q(origin="redemption"),
                name="redemption_costs_and_gift_does_not",
            ),
            models.CheckConstraint(
                condition=Q(quantity__range=(1, QUANTITY_MAX)), name="redemption_is_1_to_20_pieces"
            ),
            models.CheckConstraint(
                condition=Q(stock_taken=0) | Q(stock_taken=F("quantity")),
                name="redemption_takes_its_pieces",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RedemptionState.values), name="redemption_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=Origin.values), name="redemption_origin_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | ~Q(state="cancelled") & Q(cancelled_at__isnull=True),
                name="redemption_is_cancelled_at_an_instant",
            ),
            models.CheckConstraint(
                condition=Q(is_waiting=False) | Q(state="issued"), name="only_issued_can_wait"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "reward", "day"], name="redemptions_of_a_member"),
            models.Index(fields=["program", "id"], name="redemptions_of_a_program"),
            models.Index(
                fields=["program", "id"], condition=Q(is_waiting=True), name="redemptions_waiting"
            ),
            models.Index(
                fields=["event_id"],
                condition=Q(event_id__isnull=False),
                name="redemptions_of_an_event",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="redemption_moves_by_the_table",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
                # An exchange is done at once, and cancelled while its lot is whole (docs/decisions/0161).
                func=f"""
                    IF NOT ({_MAY_FOLLOW}
                            OR (OLD.state = 'fulfilled' AND NEW.state = 'cancelled' AND OLD.given_lot_id IS NOT NULL)) THEN
                        RAISE EXCEPTION 'redemption_moves_by_the_table' USING
                            ERRCODE = 'restrict_violation', CONSTRAINT = 'redemption_moves_by_the_table';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="redemption_terms_are_kept",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                # Only its state moves on; a merge renames the member, and erasing a person empties the note.
                func="""
                    IF (to_jsonb(NEW) - '{state,is_waiting,state_at,state_reason,state_by,cancelled_at,points_usable,points_expired,member_id,merged_from,note}'::text[])
                       <> (to_jsonb(OLD) - '{state,is_waiting,state_at,state_reason,state_by,cancelled_at,points_usable,points_expired,member_id,merged_from,note}'::text[])
                       OR NEW.note NOT IN (OLD.note, '') THEN
                        RAISE EXCEPTION 'redemption_terms_are_kept' USING
                            ERRCODE = 'restrict_violation', CONSTRAINT = 'redemption_terms_are_kept';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="redemptions_are_kept",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Delete | pgtrigger.Truncate,
                func="RAISE EXCEPTION 'redemptions_are_kept' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'redemptions_are_kept';",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id
