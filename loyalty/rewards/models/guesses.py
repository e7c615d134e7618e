"""What slows guessing down."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from loyalty.foundation.ids import Row


class GuessGuard(models.Model):
    """How many bad codes one caller has shown lately; five in five seconds close the door for an hour (S-33).

    A call stands in `under_way` before its code is looked at, so that a thousand guesses at once are counted too.
    The subject is a keyed digest of a member, a key, a person of the staff, or an address.
    """

    subject = models.BinaryField(primary_key=True, max_length=32)
    under_way = ArrayField(models.UUIDField(), default=list)
    failed = ArrayField(models.DateTimeField(), default=list)
    closed_until = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        app_label = "loyalty"
        indexes = [models.Index(fields=["seen_at"], name="guess_guard_by_age")]

    def __str__(self) -> str:
        return f"guard {bytes(self.subject).hex()[:8]}"


class GuessHour(Row):
    """How many bad codes a programme was shown in one hour: what is usual, and when to ring an alarm (S-33)."""

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    hour = models.DateTimeField()
    bad = models.PositiveIntegerField()

    class Meta:
        app_label = "loyalty"
        constraints = [
            models.UniqueConstraint(
                fields=["program", "hour"], name="guess_hour_is_counted_in_one_row"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%dT%H}: {self.bad}"
