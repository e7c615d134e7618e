"""S-64: a production server refuses careless settings, and says which (one test per refusal)."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import fresh_secrets
from tests.config.processes import without_servers

SETTINGS = Path(__file__).resolve().parents[2] / "config" / "settings.py"


@pytest.fixture
def told(monkeypatch):
    """Reads the settings afresh, as a production server that is set up well but for some changes."""

    def read(**changed):
        for name in os.environ.keys() - without_servers().keys():
            monkeypatch.delenv(name)
        careful = {
            **fresh_secrets(),
            "WAFA_MODE": "production",
            "WAFA_BASE_URL": "https://points.cafe.example",
            "WAFA_ALLOWED_HOSTS": "points.cafe.example",
            "DATABASE_URL": "postgresql://wafa@db.cafe.example/wafa",
            "VALKEY_URL": "redis://valkey.cafe.example",
            **changed,
        }
        for name, value in careful.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        try:
            return runpy.run_path(str(SETTINGS))
        except ImproperlyConfigured as refusal:
            return str(refusal)

    return read


def test_a_careful_production_server_starts(told):
    assert told()["PRODUCTION"] is True


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"WAFA_DEBUG": "yes"}, "WAFA_DEBUG must be off."),
        ({"WAFA_SECRET_KEY": None}, "WAFA_SECRET_KEY is missing."),
        (
            {"WAFA_SECRET_KEY": "k7Pq-short"},
            "WAFA_SECRET_KEY is too short or too simple: 50 random characters at least.",
        ),
        (
            {"WAFA_SECRET_KEY": "ab" * 40},
            "WAFA_SECRET_KEY is too short or too simple: 50 random characters at least.",
        ),
        (
            {"WAFA_SECRET_KEY": "django-insecure-0123456789abcdefghijklmnopqrstuvwxyz-+*"},
            "WAFA_SECRET_KEY is a default: draw one of your own.",
        ),
        ({"WAFA_PEPPER": None}, "WAFA_PEPPER is missing."),
        (
            {"WAFA_PEPPER": "0123456789"},
            "WAFA_PEPPER is too short or too simple: 32 random characters at least.",
        ),
        ({"WAFA_ENCRYPTION_KEYS": None}, "WAFA_ENCRYPTION_KEYS is missing."),
        (
            {"WAFA_ENCRYPTION_KEYS": "kL2vXw8ZrT5yNq1mB6cD9fGh3jPs4aEu,0123456789"},
            "WAFA_ENCRYPTION_KEYS is too short or too simple: 32 random characters at least.",
        ),
        ({"WAFA_ALLOWED_HOSTS": "*"}, "WAFA_ALLOWED_HOSTS must name hosts, without wildcards."),
        (
            {"WAFA_ALLOWED_HOSTS": ".cafe.example"},
            "WAFA_ALLOWED_HOSTS must name hosts, without wildcards.",
        ),
        ({"WAFA_ALLOWED_HOSTS": None}, "WAFA_ALLOWED_HOSTS must name hosts, without wildcards."),
        (
            {"WAFA_BASE_URL": "http://points.cafe.example"},
            "WAFA_BASE_URL must begin with https://.",
        ),
        ({"DATABASE_URL": None}, "DATABASE_URL is missing."),
        ({"VALKEY_URL": None}, "VALKEY_URL is missing."),
        ({"WAFA_SECRETKEY": "x"}, "WAFA_SECRETKEY is not a setting of Wafa."),
        ({"WAFA_MODE": "prod"}, "WAFA_MODE must be development or production."),
        ({"WAFA_ROLE": "webb"}, "WAFA_ROLE must be one of web, jobs, reports, migrations."),
        ({"WAFA_DEBUG": "maybe"}, "WAFA_DEBUG must be yes or no, not 'maybe'."),
    ],
    ids=str,
)
def test_a_careless_one_is_refused(told, changed, refusal):
    assert told(**changed) == refusal


def test_everything_that_is_wrong_is_said_at_once(told):
    assert told(WAFA_DEBUG="yes", WAFA_PEPPER=None) == (
        "WAFA_PEPPER is missing. WAFA_DEBUG must be off."
    )


def test_cookies_and_addresses_are_safe_without_being_told(told):
    """No variable makes a production server's cookies insecure."""
    settings = told()

    assert [
        settings[name]
        for name in (
            "SESSION_COOKIE_SECURE",
            "CSRF_COOKIE_SECURE",
            "SESSION_COOKIE_HTTPONLY",
            "SECURE_SSL_REDIRECT",
            "SECURE_HSTS_SECONDS",
        )
    ] == [True, True, True, True, 31_536_000]


def test_a_secret_may_come_in_a_file(told, tmp_path):
    """S-65: `<name>_FILE` in place of `<name>`."""
    pepper = tmp_path / "pepper"
    pepper.write_text(fresh_secrets()["WAFA_PEPPER"] + "\n")

    settings = told(WAFA_PEPPER=None, WAFA_PEPPER_FILE=str(pepper))

    assert settings["WAFA_PEPPER"] == pepper.read_text().strip()


def test_a_process_that_is_refused_says_so(tmp_path):
    """The refusal reaches whoever starts a server, not only a test."""
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={**without_servers(), "WAFA_MODE": "production", "DATA_DIR": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode != 0
    assert "WAFA_SECRET_KEY is missing." in done.stderr
