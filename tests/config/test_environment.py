"""Reading the environment: addresses, time limits, secrets of a development machine."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from config.databases import broker_address, database, valkey_address
from config.embedded.addresses import embedded_addresses, publish, withdraw
from config.environment import development_secrets, told_list


class TestDatabase:
    def test_reads_an_address_as_postgresql_does(self):
        settings = database(
            f"postgresql://ada:{quote('p@ss')}@db.example:6432/cafe?sslmode=require",
            role="web",
            pool=True,
        )

        assert {name: settings[name] for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME")} == {
            "HOST": "db.example",
            "PORT": "6432",
            "USER": "ada",
            "PASSWORD": "p@ss",
            "NAME": "cafe",
        }
        assert settings["OPTIONS"]["sslmode"] == "require"

    def test_reads_the_address_of_a_socket(self):
        settings = database("postgresql://wafa@%2Frun%2Fwafa:5432/wafa", role="web", pool=False)

        assert settings["HOST"] == "/run/wafa"

    @pytest.mark.parametrize(
        ("role", "limits"),
        [
            ("web", (5_000, 2_000, 10_000)),
            ("jobs", (30_000, 5_000, 30_000)),
            ("reports", (30_000, 1_000, 30_000)),
            ("migrations", (0, 2_000, 60_000)),
        ],
    )
    def test_limits_time_by_role(self, role, limits):
        """V-27."""
        settings = database("postgresql:///wafa", role=role, pool=False)

        assert settings["OPTIONS"]["options"] == (
            "-c statement_timeout={} -c lock_timeout={} "
            "-c idle_in_transaction_session_timeout={} -c plan_cache_mode=force_generic_plan"
        ).format(*limits)
        assert settings["OPTIONS"]["connect_timeout"] == 3

    def test_keeps_connections_with_health_checks(self):
        """V-30."""
        pooled = database("postgresql:///wafa", role="web", pool=True)
        alone = database("postgresql:///wafa", role="web", pool=False)

        assert [pooled["CONN_HEALTH_CHECKS"], alone["CONN_HEALTH_CHECKS"]] == [True, True]
        assert [pooled["CONN_MAX_AGE"], alone["CONN_MAX_AGE"]] == [0, 60]
        assert not pooled["ATOMIC_REQUESTS"]


@pytest.mark.parametrize(
    ("url", "cache", "broker"),
    [
        (
            "unix:///run/v.sock",
            "unix:///run/v.sock?db=0",
            "redis+socket:///run/v.sock?virtual_host=1",
        ),
        ("redis://v.example:6379", "redis://v.example:6379/0", "redis://v.example:6379/1"),
        ("rediss://v.example/", "rediss://v.example/0", "rediss://v.example/1"),
        ("redis://v.example/7", "redis://v.example/7", "redis://v.example/7"),
    ],
)
def test_one_address_serves_cache_and_broker(url, cache, broker):
    assert (valkey_address(url, number=0), broker_address(url, number=1)) == (cache, broker)


class TestDevelopmentSecrets:
    def test_are_drawn_once_also_when_many_start_together(self, tmp_path):
        with ThreadPoolExecutor(8) as starters:
            drawn = list(starters.map(development_secrets, [tmp_path] * 16))

        assert len({json.dumps(secrets) for secrets in drawn}) == 1

    def test_are_for_us_alone(self, tmp_path):
        development_secrets(tmp_path)

        assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]
        assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


class TestAddresses:
    def test_are_found_by_the_directory_while_something_runs(self, tmp_path):
        publish(tmp_path, {"database": "postgresql:///cafe", "valkey": "unix:///v"})

        assert embedded_addresses(tmp_path)["database"] == "postgresql:///cafe"

        withdraw(tmp_path)
        assert "nothing-runs-here" in embedded_addresses(tmp_path)["database"]

    def test_lists_forgive_spaces_and_gaps(self, monkeypatch):
        monkeypatch.setenv("WAFA_ALLOWED_HOSTS", " a.example, ,b.example ,")

        assert told_list("WAFA_ALLOWED_HOSTS") == ["a.example", "b.example"]
