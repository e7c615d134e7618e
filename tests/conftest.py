"""What every test shares: the database, closed sockets. The servers are started by `tests/plugin.py`."""

import ipaddress
import socket

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils import translation
from hypothesis import settings

from tests.plugin_database import django_db_setup

__all__ = ["django_db_setup"]

# No example has a time limit: machines are noisy. `make test` plays the same ones each time; `make explore` draws others.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile("explore")


@pytest.fixture(autouse=True, scope="session")
def _pages_are_not_paced():
    """Tests look at pages faster than people do; those about the pace put the count back."""
    from loyalty.foundation.wire.limiting import Taken
    from portal.entry import pacing

    def taken(_caller, *, limit):
        return Taken(limit=limit, is_allowed=True, remaining=1, full_in_seconds=0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pacing, "take", taken)
        yield


@pytest.fixture(autouse=True)
def _nobody_spoke_before():
    """A page that an earlier test asked for leaves its language in the thread; the next test begins without."""
    translation.deactivate()


class OutsideWorld(AssertionError):
    """A test wanted to talk to somebody who is not on this machine."""


@pytest.fixture(autouse=True, scope="session")
def _sockets_are_shut():
    """Nothing leaves the machine, whatever a test forgets to replace."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family != socket.AF_UNIX and not is_local(address[0]):
            raise OutsideWorld(f"a test connects to {address[0]}")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_cheap():
    """Argon2 as everywhere, but with the least work: what makes guessing dear makes each account of a test dear."""
    with pytest.MonkeyPatch.context() as patch:
        for name, least in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
            patch.setattr(Argon2PasswordHasher, name, least)
        yield


def is_local(host):
    """Whether an address is this machine; a name that is not yet looked up is not."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
