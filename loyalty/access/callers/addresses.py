"""Addresses: where a request comes from, and whether that is on a list (S-8)."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, TypeAlias

from django.conf import settings
from django.http import HttpRequest

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

HOPS_MAX: Final = 10
UNKNOWN: Final = ipaddress.ip_address("0.0.0.0")  # noqa: S104 (a sign for "not known", not a binding)


@lru_cache(maxsize=1024)
def read_network(text: str) -> Network:
    """A network in CIDR form, or one address; raises ValueError."""
    return ipaddress.ip_network(text.strip(), strict=False)


def address_of(request: HttpRequest) -> Address:
    """The caller's address. `X-Forwarded-For` counts only as far back as trusted proxies wrote it."""
    nearest = _read_address(str(request.META.get("REMOTE_ADDR", "")))
    trusted = tuple(settings.WAFA_TRUSTED_PROXIES)
    if nearest is None or not is_within(nearest, trusted):
        return nearest or UNKNOWN
    told = str(request.headers.get("X-Forwarded-For", "")).split(",")[-HOPS_MAX:]
    for hop in reversed(told):
        address = _read_address(hop)
        if address is None:
            break
        nearest = address
        if not is_within(address, trusted):
            break
    return nearest


def network_of(request: HttpRequest) -> str:
    """Whom a limit per address counts as one: a v4 address, or the /64 of a v6 one, which one line has whole."""
    address = address_of(request)
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.IPv6Network((int(address), 64), strict=False))


def is_within(address: Address, networks: Iterable[str]) -> bool:
    """Whether the address lies in one of these networks; a v4 address written as v6 counts as v4."""
    return any(_holds(read_network(network), address) for network in networks)


def _holds(network: Network, address: Address) -> bool:
    return address.version == network.version and address in network


def _read_address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
