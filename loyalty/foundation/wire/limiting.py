"""Limiting: how fast one caller may go, counted in Valkey, or per process when that is away (S-36, S-37).

The measure is GCRA: one instant per caller says when its bucket is full again, so a count needs one round trip and
no sweeping (ATM Forum, "Traffic Management Specification 4.0", 1996).
"""

import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import redis
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from loyalty.foundation import metrics
from loyalty.foundation.refusals import DomainError, Kind

SOCKET_SECONDS_MAX: Final = 0.25  # a limiter that is slower than what it guards helps nobody
AWAY_SECONDS: Final = 5.0  # so long it is not asked again after a failure (V-15)
ROUNDING_SECONDS: Final = (
    0.000005  # instants are kept to the microsecond: the last call of a burst fits
)
LOCAL_CALLERS_MAX: Final = 10_000

# KEYS[1] the caller; ARGV: now, seconds per call, seconds of burst. Answers allowed and the bucket's new instant.
_TAKE: Final = """
local full_at = tonumber(redis.call('GET', KEYS[1]) or ARGV[1])
local now, step, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if full_at < now then full_at = now end
local next_full = full_at + step
if next_full - now > burst + 0.000005 then return {0, tostring(full_at)} end
redis.call('SET', KEYS[1], string.format('%.6f', next_full), 'PX', math.ceil((next_full - now) * 1000) + 1000)
return {1, string.format('%.6f', next_full)}
"""


class TooManyRequests(DomainError):
    """The caller goes faster than its limit; nothing was done. `Retry-After` says when to come again."""

    code = "too_many_requests"
    kind = Kind.TOO_MANY
    title = _("Too many requests")
    detail = _("Slow down and try again in {retry_after} s.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """A name for the headers, a lasting rate, and how much may come at once."""

    name: str
    per_second: int
    burst: int

    @property
    def policy(self) -> str:
        """The `RateLimit-Policy` header: quota and the seconds in which it grows back."""
        return f'"{self.name}";q={self.burst};w={max(1, round(self.burst / self.per_second))}'


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What one call took: whether it was there, what is left, and when all is back."""

    limit: Limit
    is_allowed: bool
    remaining: int
    full_in_seconds: float

    @property
    def header(self) -> str:
        """The `RateLimit` header."""
        return f'"{self.limit.name}";r={self.remaining};t={_up(self.full_in_seconds)}'

    @property
    def retry_after(self) -> int:
        """Whole seconds until one more call fits."""
        step = 1 / self.limit.per_second
        over = self.full_in_seconds + step - self.limit.burst * step
        return max(1, _up(over))


_full_at: dict[str, float] = {}
_lock = threading.Lock()
_away_until: list[float] = [0.0]


def take(caller: str, *, limit: Limit) -> Taken:
    """Count one call. What protects speed may count per process for a while; it never fails a request."""
    now = time.time()
    step = 1 / limit.per_second
    allowed, full_at = _take(f"{limit.name}:{caller}", now=now, step=step, burst=limit.burst * step)
    if not allowed:
        metrics.RATE_LIMITED.labels(limit=limit.name).inc()
    left = limit.burst - (full_at - now) / step
    return Taken(
        limit=limit,
        is_allowed=allowed,
        remaining=max(0, int(left + 1e-6)),
        full_in_seconds=max(0.0, full_at - now),
    )


def _take(caller: str, *, now: float, step: float, burst: float) -> tuple[bool, float]:
    if settings.VALKEY_URL and time.monotonic() >= _away_until[0]:
        try:
            allowed, full_at = _shared()(keys=[f"wafa:limit:{caller}"], args=[now, step, burst])
        except (redis.RedisError, OSError):
            _away_until[0] = time.monotonic() + AWAY_SECONDS
        else:
            return bool(allowed), float(full_at)
    return _take_here(caller, now=now, step=step, burst=burst)


def _take_here(caller: str, *, now: float, step: float, burst: float) -> tuple[bool, float]:
    with _lock:
        if len(_full_at) >= LOCAL_CALLERS_MAX:
            for idle in [name for name, full_at in _full_at.items() if full_at < now]:
                del _full_at[idle]
        full_at = max(now, _full_at.get(caller, now))
        if full_at + step - now > burst + ROUNDING_SECONDS:
            return False, full_at
        _full_at[caller] = full_at + step
        return True, full_at + step


@lru_cache(maxsize=1)
def _shared() -> redis.commands.core.Script:
    client = redis.Redis.from_url(
        str(settings.CACHES["default"]["LOCATION"]),
        socket_timeout=SOCKET_SECONDS_MAX,
        socket_connect_timeout=SOCKET_SECONDS_MAX,
    )
    return client.register_script(_TAKE)


def _up(seconds: float) -> int:
    return -int(-seconds // 1)
