"""Probes: whether we live, whether we are ready, and figures for machines."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.utils import timezone

from config import probes
from loyalty.foundation.metrics import OTHER, gauge_names, program_label
from loyalty.jobs import pulses
from loyalty.jobs.models import Pulse
from loyalty.outbox.models import FactDelivery
from tests.world.outbox import a_cup, announced, receiving_later

pytestmark = pytest.mark.django_db


@pytest.fixture
def _working():
    pulses.beat(at=timezone.now(), ticked=True)


class TestLivez:
    def test_asks_nobody(self, client, django_assert_num_queries):
        """V-42: the process, and no host name, key or session."""
        with django_assert_num_queries(0):
            answer = client.get("/livez", headers={"Host": "10.0.0.7"})

        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.usefixtures("_working")
class TestReadyz:
    def test_names_each_check(self, client):
        """V-42."""
        answer = client.get("/readyz", headers={"Host": "10.0.0.7"})

        assert answer.status_code == 200
        assert answer.json() == {
            "status": "ok",
            "checks": {
                "database": "ok",
                "schema": "ok",
                "restore": "ok",
                "worker": "ok",
                "outbox": "ok",
                "valkey": "ok",
            },
        }

    def test_is_red_without_the_database_and_says_so(self, client, monkeypatch):
        """V-42."""

        def away():
            raise DatabaseError

        monkeypatch.setattr(probes, "_database", away)
        answer = client.get("/readyz")

        assert answer.status_code == 503
        assert answer.json() == {
            "status": "unavailable",
            "checks": {"database": "down", "valkey": "ok"},
        }

    def test_is_red_before_the_schema_is_ours(self, client, monkeypatch):
        """V-42: a migration is still to come."""

        class Behind:
            def __init__(self, connection):
                self.loader = type("Loader", (), {"graph": self})

            def leaf_nodes(self):
                return [("loyalty", "9999_next")]

            def migration_plan(self, targets):
                return [(targets[0], False)]

        monkeypatch.setattr(probes, "_schema_is_ours", False)
        monkeypatch.setattr(probes, "MigrationExecutor", Behind)
        answer = client.get("/readyz")

        assert (answer.status_code, answer.json()["checks"]["schema"]) == (503, "behind")

    def test_is_red_while_a_restore_is_not_verified(self, client):
        """V-40, V-42: the marker is a table."""
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {probes.RESTORED} ()")
        answer = client.get("/readyz")

        assert (answer.status_code, answer.json()["checks"]["restore"]) == (503, "unverified")

    def test_stays_green_but_degraded_without_valkey(self, client, monkeypatch):
        """V-42."""

        def gone(_key):
            raise ConnectionError

        monkeypatch.setattr(cache, "get", gone)
        answer = client.get("/readyz")

        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        assert answer.json()["checks"]["valkey"] == "down"

    def test_of_workers_turns_red_after_a_minute_of_silence(self, client):
        """V-42."""
        Pulse.objects.update(beat_at=timezone.now() - timedelta(seconds=61))

        everything, workers = client.get("/readyz"), client.get("/readyz?check=worker")

        assert (everything.status_code, everything.json()["status"]) == (200, "degraded")
        assert (workers.status_code, workers.json()["checks"]["worker"]) == (503, "late")

    def test_of_the_outbox_turns_red_after_three_minutes(self, client):
        """V-42: a fact waits that nobody has tried to deliver."""
        with receiving_later():
            announced([a_cup(1)])
        assert client.get("/readyz?check=outbox").status_code == 200

        FactDelivery.objects.update(due_at=timezone.now() - timedelta(seconds=181))
        answer = client.get("/readyz?check=outbox")

        assert (answer.status_code, answer.json()["checks"]["outbox"]) == (503, "late")

    def test_of_an_unknown_part_is_red(self, client):
        """V-42: a slip of the pen must not look healthy."""
        assert client.get("/readyz?check=wroker").status_code == 503


class TestMetrics:
    def test_tell_this_machine_everything(self, client):
        """V-43."""
        with receiving_later():
            announced([a_cup(1)])

        told = client.get("/metrics").content.decode()

        assert 'wafa_outbox_waiting{receiver="test.counter"} 1.0' in told
        for name in (
            "wafa_http_requests_total",
            "wafa_http_request_seconds_bucket",
            "wafa_http_request_queries_bucket",
            "wafa_rate_limited_total",
            "wafa_refusals_total",
            "wafa_unit_retries_total",
            "wafa_unit_exhausted_total",
            "wafa_db_deadline_total",
            "wafa_idempotent_replays_total",
            "wafa_wakeups_failed_total",
            "wafa_swept_total",
            "wafa_job_seconds",
        ):
            assert f"# TYPE {name.removesuffix('_bucket')} " in told, name
        assert set(gauge_names()) >= {
            "wafa_outbox_waiting",
            "wafa_outbox_oldest_seconds",
            "wafa_outbox_parked",
            "wafa_tick_age_seconds",
            "wafa_worker_age_seconds",
            "wafa_job_overdue_seconds",
            "wafa_verify_age_seconds",
            "wafa_verify_violations",
            "wafa_events_waiting_long",
        }

    @pytest.mark.parametrize(
        ("wire", "headers", "status"),
        [
            ({"REMOTE_ADDR": "203.0.113.9"}, {}, 404),
            ({"REMOTE_ADDR": "203.0.113.9"}, {"Authorization": "Bearer wrong"}, 404),
            ({"REMOTE_ADDR": "203.0.113.9"}, {"Authorization": "Bearer figures"}, 200),
            ({"REMOTE_ADDR": "127.0.0.1"}, {"X-Forwarded-For": "203.0.113.9"}, 404),
            ({"REMOTE_ADDR": "::1"}, {}, 200),
        ],
    )
    def test_tell_others_with_the_token_only(self, client, settings, wire, headers, status):
        """V-43: behind a proxy on this machine everybody seems to come from here."""
        settings.WAFA_METRICS_TOKEN = "figures"

        assert client.get("/metrics", headers=headers, **wire).status_code == status

    def test_are_closed_to_others_where_no_token_is_set(self, client, settings):
        """V-43."""
        settings.WAFA_METRICS_TOKEN = ""

        answer = client.get(
            "/metrics", headers={"Authorization": "Bearer "}, REMOTE_ADDR="203.0.113.9"
        )

        assert answer.status_code == 404

    def test_name_a_hundred_programmes_and_call_the_rest_other(self):
        """V-43: labels do not grow without end."""
        named = [program_label(f"cafe-{n}") for n in range(120)]

        assert named.count(OTHER) >= 20
        assert program_label("cafe-0") == named[0]

    def test_count_requests_by_route_and_never_by_path(self, client):
        """V-43: never an id, and nothing that a caller can invent."""
        client.get("/v1/members/ext:ada")
        client.generic("FROTH", "/v1/members/ext:ada")
        told = client.get("/metrics").content.decode()

        assert "ext:ada" not in told
        assert "FROTH" not in told
        assert 'route="v1/members/<str:member>"' in told
