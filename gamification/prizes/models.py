"""Tables of prizes: grants, budgets, and what is limited."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gamification.criteria.models import Definition, DefinitionVersion
from gamification.prizes.kinds import GrantState, PrizeKind, TakeBack
from loyalty.foundation.ids import Id, Row


class PrizeGrant(Row):
    """That a prize was given, held back or taken back, once (G-32). `amount` is points or pieces.

    `entries` are the ledger entries that hold the points now, with how many each still answers for.
    """

    prefix = "grt"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    member = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    game = models.CharField(_("game"), max_length=20)
    definition = models.ForeignKey(
        Definition, on_delete=models.PROTECT, db_index=False, related_name="grants"
    )
    version = models.ForeignKey(
        DefinitionVersion, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    occasion = models.CharField(_("occasion"), max_length=40, blank=True)
    item = models.CharField(_("item"), max_length=60)
    kind = models.CharField(_("kind"), max_length=8, choices=PrizeKind)
    prize = models.JSONField(_("prize"))
    amount = models.BigIntegerField(_("amount"))
    recovered = models.BigIntegerField(_("taken back"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=GrantState)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    take_back = models.CharField(
        _("taking back"), max_length=7, choices=TakeBack, default=TakeBack.UNSPENT
    )
    times = models.PositiveSmallIntegerField(default=0)  # how often it was taken back
    entries = models.JSONField(default=list)
    redemption_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    cost = models.BigIntegerField(_("cost"), default=0)
    budget = models.CharField(_("budget"), max_length=50, blank=True)
    earned_at = models.DateTimeField(_("earned"))
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("prize grant")
        verbose_name_plural = _("prize grants")
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "occasion", "member", "item"], name="prize_is_given_once"
            ),
            models.CheckConstraint(
                condition=Q(recovered__gte=0, recovered__lte=F("amount")),
                name="prize_is_taken_back_up_to_its_amount",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, cost__gte=0), name="prize_is_something"
            ),
            models.CheckConstraint(
                condition=Q(state=GrantState.REVERSED) | Q(recovered=0),
                name="only_a_reversed_prize_is_taken_back",
            ),
        ]
        indexes = [models.Index(fields=["program", "-decided_at"], name="grant_by_time")]

    def __str__(self) -> str:
        return f"{self.item} {self.shown_id}"


class PlayBudget(Row):
    """What prizes may cost together, in minor units of the programme's currency; games may share one (G-34)."""

    prefix = "pbd"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    slug = models.SlugField(_("short name"), max_length=50, db_index=False)
    limit = models.BigIntegerField(_("limit"))
    spent = models.BigIntegerField(_("spent"), default=0)
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("play budget")
        verbose_name_plural = _("play budgets")
        constraints = [
            models.UniqueConstraint(fields=["program", "slug"], name="play_budget_slug_is_its_own"),
            models.CheckConstraint(
                condition=Q(spent__gte=0, spent__lte=F("limit")), name="play_budget_is_kept"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class PrizeStock(Row):
    """A limited thing: an edition, winners, prizes of which there are so many (G-33)."""

    prefix = "pst"

    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="stocks")
    item = models.CharField(_("item"), max_length=60)
    occasion = models.CharField(_("occasion"), max_length=40, blank=True)
    total = models.BigIntegerField(_("total"))
    issued = models.BigIntegerField(_("issued"), default=0)

    class Meta:
        verbose_name = _("prize stock")
        verbose_name_plural = _("prize stocks")
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "item", "occasion"], name="stock_is_counted_in_one_place"
            ),
            models.CheckConstraint(
                condition=Q(issued__gte=0, issued__lte=F("total")), name="stock_is_never_exceeded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.issued}/{self.total}"
