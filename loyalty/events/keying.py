"""Keys: the keyed digests under which events and orders count once, whatever later becomes of the clear text (S-58)."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from loyalty.events.kinds import ToldEvent
from loyalty.events.shapes import FINGERPRINTS
from loyalty.foundation.ids import Id
from loyalty.foundation.sealing import digest, short_digest

BETWEEN: Final = "\x1f"  # cannot stand in a source, so no two pairs run together


def source_digest_of(*, program_id: Id, told: ToldEvent) -> bytes:
    """What counts once per programme: the source and its own id for the event (E-3)."""
    return short_digest(f"{told.source}{BETWEEN}{told.source_id}", purpose=f"event:{program_id}")


def order_digest_of(*, program_id: Id, told: ToldEvent) -> bytes | None:
    """What an order counts under: the order's source, the event's unless told, and its id (E-4)."""
    order_id = told.data.get("order_id")
    if order_id is None:
        return None
    source = told.data.get("order_source", told.source)
    return short_digest(f"{source}{BETWEEN}{order_id}", purpose=f"order:{program_id}")


def content_digest_of(*, member_id: Id, told: ToldEvent) -> bytes:
    """What has to be the same for a replay: type, member, time as told, data (E-3)."""
    return _digest_of(
        [
            told.type,
            str(member_id),
            _written(told.occurred_at),
            told.channel,
            told.store,
            dict(told.data),
        ]
    )


def order_content_digest_of(*, member_id: Id, data: Mapping[str, Any]) -> bytes:
    """What has to be the same for a second telling of one order under another source id (E-4)."""
    return _digest_of([str(member_id), dict(data)])


def kept_data(*, program_id: Id, told: ToldEvent) -> dict[str, Any]:
    """The data as it is stored: fingerprints of payments, devices and addresses as keyed digests only (S-39)."""
    data = dict(told.data)
    for name in FINGERPRINTS:
        if name in data:
            data[name] = digest(data[name], purpose=f"{name}:{program_id}").hex()
    return data


def _digest_of(content: list[Any]) -> bytes:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return short_digest(sha256(canonical.encode()).hexdigest(), purpose="event.content")


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def is_same(one: bytes | memoryview, other: bytes | memoryview) -> bool:
    """Compare digests without telling by time how much of them fits."""
    return hmac.compare_digest(bytes(one), bytes(other))
