"""How fast callers may go, and what they hear about it."""

import pytest

from loyalty.access.callers import calling
from loyalty.access.callers.authenticating import CallerKind
from loyalty.foundation.wire import limiting
from loyalty.foundation.wire.limiting import Limit, take
from tests.world.access import Shop, a_page, a_shop, a_stranger
from tests.world.programs import a_program

SLOW = Limit(name="slow", per_second=1, burst=3)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(limiting.time, "time", lambda: now[0])
    return now


@pytest.fixture(params=["shared", "alone"])
def counted(request, monkeypatch, settings):
    """Both places to count in: Valkey, and the process itself."""
    limiting._full_at.clear()
    limiting._shared.cache_clear()
    limiting._away_until[0] = 0.0
    if request.param == "alone":
        monkeypatch.setattr(settings, "VALKEY_URL", "")
    else:
        assert settings.VALKEY_URL, "the tests bring a Valkey"
    return request.param


@pytest.mark.usefixtures("counted")
class TestTaking:
    def test_lets_a_burst_through_and_no_more(self, clock, request):
        """S-36."""
        taken = [take(request.node.name, limit=SLOW).is_allowed for _call in range(5)]

        assert taken == [True, True, True, False, False]

    def test_lets_one_more_through_as_time_goes_by(self, clock, request):
        for _call in range(3):
            take(request.node.name, limit=SLOW)

        clock[0] += 1
        taken = [take(request.node.name, limit=SLOW).is_allowed for _call in range(2)]

        assert taken == [True, False]

    def test_says_what_is_left_and_when_to_come_again(self, clock, request):
        told = [take(request.node.name, limit=SLOW) for _call in range(4)]

        assert [one.header for one in told] == [
            '"slow";r=2;t=1',
            '"slow";r=1;t=2',
            '"slow";r=0;t=3',
            '"slow";r=0;t=3',
        ]
        assert (told[0].limit.policy, told[3].retry_after) == ('"slow";q=3;w=3', 1)

    def test_counts_callers_apart(self, clock, request):
        for _call in range(4):
            take(f"{request.node.name}-ada", limit=SLOW)

        assert take(f"{request.node.name}-grace", limit=SLOW).is_allowed


def test_a_dead_valkey_costs_nothing_but_the_shared_count(settings, clock):
    """S-37: what protects speed counts per process then, and asks again after five seconds."""
    limiting._full_at.clear()
    limiting._shared.cache_clear()
    limiting._away_until[0] = 0.0
    settings.VALKEY_URL = "unix:///nowhere.sock"
    settings.CACHES = {"default": {"LOCATION": "unix:///nowhere.sock"}}
    try:
        taken = [take("dead", limit=SLOW).is_allowed for _call in range(4)]
    finally:
        limiting._shared.cache_clear()
        limiting._away_until[0] = 0.0

    assert taken == [True, True, True, False]


@pytest.mark.django_db
class TestTheApi:
    @pytest.fixture(autouse=True)
    def _alone(self, monkeypatch, settings):
        settings.VALKEY_URL = ""
        limiting._full_at.clear()
        monkeypatch.setattr(limiting.time, "time", lambda: 1_800_000_000.0)

    def test_has_the_limits_of_the_table(self):
        """S-36."""
        told = {kind: (one.per_second, one.burst) for kind, one in calling.LIMITS.items()}

        assert told == {
            CallerKind.SECRET: (1_000, 2_000),
            CallerKind.PUBLISHABLE: (10, 30),
            CallerKind.MEMBER: (5, 20),
        }

    def test_tells_every_caller_its_limit(self):
        """S-36: headers on every answer; refusals and addresses without a view too."""
        shop = a_shop(a_program())

        answers = [shop.get("/v1/members"), a_stranger().get("/v1/members")]
        answers += [shop.client.get("/v1/nowhere")]

        assert [answer["RateLimit-Policy"] for answer in answers] == [
            '"secret";q=2000;w=2',
            '"unknown";q=30;w=3',
            '"unknown";q=30;w=3',
        ]
        assert [answer["RateLimit"] for answer in answers] == [
            '"secret";r=1999;t=1',
            '"unknown";r=29;t=1',
            '"unknown";r=28;t=1',
        ]

    def test_refuses_a_page_that_goes_too_fast_and_says_when_to_come_again(self):
        """S-36."""
        page = a_page(a_program())
        answers = [page.get("/v1/members") for _call in range(31)]

        assert [answer.status_code for answer in answers] == [403] * 30 + [429]
        assert answers[-1].json()["code"] == "too_many_requests"
        assert answers[-1]["Retry-After"] == "1"

    def test_counts_a_pages_visitors_apart(self):
        """S-36: a publishable key is counted per address."""
        page = a_page(a_program())
        for _call in range(31):
            page.get("/v1/members")

        assert page.get("/v1/members", REMOTE_ADDR="198.51.100.7").status_code == 403

    def test_slows_down_whoever_guesses_keys(self):
        """S-36: no credential, or a wrong one, is counted by address."""
        answers = [Shop("wafa_sk_live_" + "0" * 38).get("/v1/members") for _guess in range(31)]

        assert [answer.status_code for answer in answers] == [401] * 30 + [429]
