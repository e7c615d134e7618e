"""Tables of stamps: the rows, with a running total, and single-use tokens."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gamification.stamps.kinds import (
    ACTOR_LENGTH_MAX,
    ADDING,
    PLACE_LENGTH_MAX,
    REASON_LENGTH_MAX,
    SOURCE_ID_LENGTH_MAX,
    TAKING,
    StampKind,
    StampSource,
)
from loyalty.foundation.ids import Id, Row


def _refusing(name: str) -> str:
    return f"RAISE EXCEPTION '{name}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';"


def _of_card() -> "models.ForeignKey[models.Model, models.Model]":
    return models.ForeignKey(
        "gamification.Definition", on_delete=models.PROTECT, db_index=False, related_name="+"
    )


def _of_member(**more: bool) -> "models.ForeignKey[models.Model, models.Model]":
    return models.ForeignKey(
        "loyalty.Member",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        **more,  # type: ignore[arg-type]
    )


# What a merge may move: whose card it stands on, and where (G-10).
_MOVABLE = ("member_id", "seq", "total")


class Stamp(Row):
    """Stamps given or taken; rows are only added. `total` is the member's running total after this one (G-66, G-67).

    A row that takes refers to the row that it reduces, and a row's net is never below zero.
    """

    prefix = "stm"

    card = _of_card()
    version = models.ForeignKey(
        "gamification.DefinitionVersion",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    member = _of_member()
    seq = models.PositiveIntegerField(_("number"))
    quantity = models.IntegerField(_("stamps"))
    total = models.IntegerField(_("total after"))
    kind = models.CharField(_("kind"), max_length=8, choices=StampKind)
    source = models.CharField(_("source"), max_length=5, choices=StampSource)
    source_id = models.CharField(_("id of the source"), max_length=SOURCE_ID_LENGTH_MAX)
    line = models.PositiveSmallIntegerField(_("line"), null=True, blank=True)
    refers_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="takings",
        verbose_name=_("takes from"),
    )
    actor = models.CharField(_("who"), max_length=ACTOR_LENGTH_MAX)
    place = models.CharField(_("place"), max_length=PLACE_LENGTH_MAX, blank=True)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH_MAX, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("stamp")
        verbose_name_plural = _("stamps")
        constraints = [
            models.UniqueConstraint(
                fields=["card", "source", "source_id", "line", "kind", "refers_to"],
                nulls_distinct=False,
                name="stamp_counts_once",
            ),
            models.UniqueConstraint(fields=["card", "member", "seq"], name="stamps_count_up"),
            models.CheckConstraint(
                condition=Q(kind__in=ADDING, quantity__gt=0, refers_to__isnull=True)
                | Q(kind__in=TAKING, quantity__lt=0, refers_to__isnull=False),
                name="stamp_takes_from_another",
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="stamp_total_not_below_zero"),
        ]
        indexes = [
            models.Index(fields=["card", "actor", "at"], name="stamp_by_actor"),
            models.Index(fields=["member"], name="stamp_by_member"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stamps_are_only_added",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=f"""
                    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - ARRAY{list(_MOVABLE)} <> to_jsonb(NEW) - ARRAY{list(_MOVABLE)} THEN
                        {_refusing("stamps_are_only_added")}
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="stamp_net_not_below_zero",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                condition=pgtrigger.Condition("NEW.refers_to_id IS NOT NULL"),
                func=f"""
                    IF (SELECT g.quantity + (SELECT sum(t.quantity) FROM gamification_stamp t WHERE t.refers_to_id = g.id)
                        FROM gamification_stamp g WHERE g.id = NEW.refers_to_id) < 0
                       OR NOT EXISTS (SELECT FROM gamification_stamp g WHERE g.id = NEW.refers_to_id
                                      AND g.card_id = NEW.card_id AND g.quantity > 0) THEN
                        {_refusing("stamp_net_not_below_zero")}
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 (words of our own)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+d}"


class StampToken(Row):
    """A token for stamps, usable once; of the token itself only a digest is kept (G-70)."""

    prefix = "stt"

    card = _of_card()
    digest = models.BinaryField(_("digest"), max_length=32)
    quantity = models.PositiveSmallIntegerField(_("stamps"))
    place = models.CharField(_("place"), max_length=PLACE_LENGTH_MAX, blank=True)
    spend = models.BigIntegerField(_("spent"), null=True, blank=True)
    actor = models.CharField(_("who"), max_length=ACTOR_LENGTH_MAX)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("ends"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    used_by: models.UUIDField[Id | None, Id | None] = models.UUIDField(
        _("used by"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("stamp token")
        verbose_name_plural = _("stamp tokens")
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="stamp_token_is_its_own"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, used_by__isnull=True)
                | Q(used_at__isnull=False, used_by__isnull=False),
                name="stamp_token_is_used_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, expires_at__gt=F("made_at")),
                name="stamp_token_gives_something",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stamp_token_is_used_once",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.used_at IS NOT NULL"),
                func=_refusing("stamp_token_is_used_once"),
            )
        ]

    def __str__(self) -> str:
        return self.shown_id
