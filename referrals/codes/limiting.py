"""Limiting: how fast codes may be tried, per caller and network (R-8)."""

from typing import Final

from loyalty.foundation.wire.limiting import Limit, take
from referrals.codes.refusals import RateLimited

# A person types one a second; a storefront that tells no network speaks for all of its customers.
PERSON: Final = Limit(name="referral_code", per_second=1, burst=10)
STOREFRONT: Final = Limit(name="referral_codes", per_second=20, burst=200)


def limit_codes(*, caller: str, network: str, typed: bool) -> None:
    """Count one try; raises RateLimited."""
    limit = PERSON if network and typed else STOREFRONT
    taken = take(f"{caller}:{network}", limit=limit)
    if not taken.is_allowed:
        raise RateLimited(retry_after=taken.retry_after)
