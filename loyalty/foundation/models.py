"""Tables of the foundation."""

from django.db import models

from loyalty.foundation.ids import Id, Row


class IdempotencyRecord(Row):
    """The answer once given under a key, so that a repeated call hears it again (V-4 to V-8).

    Written in the same transaction as the effect it answers for: there are no claims to clean up after a crash. The
    key itself is absent on purpose, a keyed digest finds the row.
    """

    prefix = "idm"

    scope = models.UUIDField()  # the programme for its secret keys, the member for a member token
    key_digest = models.BinaryField(max_length=32)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=60)
    sealed_body = models.BinaryField()
    is_memo = models.BooleanField(
        default=False
    )  # a batch keeps ids, its bodies stand with the events
    member_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key_digest"], name="idempotency_key_counts_once"
            )
        ]
        indexes = [models.Index(fields=["kept_at"], name="idempotency_kept_at")]
