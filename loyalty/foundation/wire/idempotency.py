"""Idempotency: one key, one effect, one answer (V-4 to V-8).

The record, the effect and its facts commit together. An advisory lock, gone with the transaction, keeps two calls
under one key apart; so a crash leaves nothing behind that somebody would have to clean up.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loyalty.foundation import metrics, sealing, units
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.models import IdempotencyRecord
from loyalty.foundation.refusals import DomainError, Kind

KEPT_FOR: Final = timedelta(days=7)
PRUNED_AT_ONCE_MAX: Final = 5_000
KEY_FORM: Final = re.compile(
    r'^(?:"([\x20-\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e][\x20-\x7e]{0,254}))$'
)
KEPT_KINDS: Final = {
    Kind.CONFLICT,
    Kind.REFUSED,
}  # a rule's own no; everything else may turn out otherwise
# By hand: every POST asks both, and the ORM would cost as much as the database does.
_KEPT: Final = """
    SELECT fingerprint, status, content_type, sealed_body, is_memo FROM loyalty_idempotencyrecord
    WHERE scope = %s AND key_digest = %s
"""
_KEEP: Final = """
    INSERT INTO loyalty_idempotencyrecord (id, scope, key_digest, fingerprint, status, content_type, sealed_body,
                                           is_memo, member_id, kept_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

R = TypeVar("R")


class IdempotencyKeyRequired(DomainError):
    """Every POST that moves points or issues something names a key."""

    code = "idempotency_key_required"
    kind = Kind.MALFORMED
    title = _("Idempotency key missing")
    detail = _("Send an Idempotency-Key header, so that a repeated call counts once.")


class IdempotencyKeyInvalid(DomainError):
    """1 to 255 printable ASCII characters, bare or in double quotes (V-7)."""

    code = "idempotency_key_invalid"
    kind = Kind.MALFORMED
    title = _("Idempotency key invalid")
    detail = _("An Idempotency-Key has 1 to 255 printable ASCII characters.")


class IdempotencyKeyReused(DomainError):
    """The same key came with another method, path or body; the first call's effect stands."""

    code = "idempotency_key_reused"
    kind = Kind.REFUSED
    title = _("Idempotency key reused")
    detail = _("This Idempotency-Key was used for another request.")


class IdempotencyKeyInUse(DomainError):
    """The first call under this key has not ended yet."""

    code = "idempotency_key_in_use"
    kind = Kind.CONFLICT
    title = _("Idempotency key in use")
    detail = _("A request with this Idempotency-Key is still running. Try again in a second.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What makes a call the same call: whose, under which key, and what it asks."""

    scope: Id
    key: str
    fingerprint: bytes
    member_id: Id | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A rendered answer: what the wire carries, byte for byte."""

    status: int
    body: bytes
    content_type: str = "application/json"
    replayed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Memo:
    """How an answer too large to keep is remembered: as something small, from which it can be told again."""

    remember: Callable[[Any], object]
    restore: Callable[[Any], Answer]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Worked:
    """What a first call came to, and what of it is kept."""

    answer: Answer
    memo: bytes | None = None
    member_id: Id | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A kept answer as it lies in the database."""

    fingerprint: bytes
    status: int
    content_type: str
    sealed_body: bytes
    is_memo: bool


def read_key(header: str | None) -> str:
    """The key in the header, without its quotes."""
    if header is None or header == "":
        raise IdempotencyKeyRequired
    matched = KEY_FORM.match(header)
    if matched is None:
        raise IdempotencyKeyInvalid
    return matched[1] or matched[2]


def fingerprint_of(*, method: str, path: str, query: str, body: object) -> bytes:
    """SHA-256 of method, path, query and canonical JSON: spelling the same thing otherwise is no reuse."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(
        "\n".join((method, path, query, canonical)).encode("utf-8", "surrogatepass")
    ).digest()


def once(
    *,
    call: Call,
    rule: Callable[[], R],
    render: Callable[[R], Answer],
    render_refusal: Callable[[DomainError], Answer],
    memo: Memo | None = None,
    whose: Callable[[R], Id] | None = None,
    races: tuple[str, ...] = (),
) -> Answer:
    """Run the rule's step in a unit of its own, unless this call was answered before.

    `whose` names the member of whom the answer tells, so that the kept answer goes when the member is erased.
    Stored are successes and a rule's own 409 and 422; everything else may be tried again under the same key.
    Raises IdempotencyKeyInUse, IdempotencyKeyReused, and whatever of the rule's refusals is not kept.
    """
    key_digest = sealing.digest(call.key, purpose=f"idempotency:{call.scope}")

    def work() -> Answer:
        _hold(key_digest)
        for row in run(_KEPT, [call.scope, key_digest]):
            return _told_again(_Kept(*row), call=call, key_digest=key_digest, memo=memo)
        worked = _worked(rule, render=render, render_refusal=render_refusal, memo=memo, whose=whose)
        _keep(worked, call=call, key_digest=key_digest)
        return worked.answer

    return units.run(work, races=races)


def _hold(key_digest: bytes) -> None:
    number = int.from_bytes(key_digest[:8], "big", signed=True)
    ((is_held,),) = run("SELECT pg_try_advisory_xact_lock(%s::bigint)", [number])
    if not is_held:
        raise IdempotencyKeyInUse(retry_after=1)


def _worked(
    rule: Callable[[], R],
    *,
    render: Callable[[R], Answer],
    render_refusal: Callable[[DomainError], Answer],
    memo: Memo | None,
    whose: Callable[[R], Id] | None,
) -> _Worked:
    try:
        with transaction.atomic():
            result = rule()
            return _Worked(
                answer=render(result),
                memo=json.dumps(memo.remember(result)).encode() if memo else None,
                member_id=whose(result) if whose else None,
            )
    except DomainError as refusal:
        if refusal.kind not in KEPT_KINDS:
            raise
        return _Worked(answer=render_refusal(refusal))


def _keep(worked: _Worked, *, call: Call, key_digest: bytes) -> None:
    answer, memo = worked.answer, worked.memo
    run(
        _KEEP,
        [
            new_id(),
            call.scope,
            key_digest,
            call.fingerprint,
            answer.status,
            answer.content_type,
            sealing.seal(answer.body if memo is None else memo, about=key_digest),
            memo is not None,
            call.member_id or worked.member_id,
            timezone.now(),
        ],
    )


def _told_again(record: _Kept, *, call: Call, key_digest: bytes, memo: Memo | None) -> Answer:
    if bytes(record.fingerprint) != call.fingerprint:
        raise IdempotencyKeyReused
    metrics.IDEMPOTENT_REPLAYS.inc()
    body = sealing.unseal(bytes(record.sealed_body), about=key_digest)
    if record.is_memo:
        assert memo is not None, "an answer kept as a memo needs the memo to be told again"
        body = memo.restore(json.loads(body)).body
    return Answer(status=record.status, body=body, content_type=record.content_type, replayed=True)


@units.unit_of_work
def prune(*, at: datetime) -> int:
    """Forget records older than seven days of real time, some thousands at once; answers how many."""
    old = IdempotencyRecord.objects.filter(kept_at__lt=at - KEPT_FOR).order_by("kept_at")
    gone, _by_model = IdempotencyRecord.objects.filter(
        pk__in=old.values("pk")[:PRUNED_AT_ONCE_MAX]
    ).delete()
    return gone
