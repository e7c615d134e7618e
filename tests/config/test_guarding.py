"""S-64: a production server refuses careless settings, and says which (one test per refusal)."""

import subprocess
import sys

import pytest

from config.environment import fresh_secrets
from tests.config.processes import without_servers


def careful(**changed):
    """The environment of a production server that is set up well, with some changes."""
    told = {
        **without_servers(),
        **fresh_secrets(),
        "WAFA_MODE": "production",
        "WAFA_BASE_URL": "https://points.cafe.example",
        "WAFA_ALLOWED_HOSTS": "points.cafe.example",
        "DATABASE_URL": "postgresql://wafa@db.cafe.example/wafa",
        "VALKEY_URL": "redis://valkey.cafe.example",
        **changed,
    }
    return {name: value for name, value in told.items() if value is not None}


def settings_say(environment):
    """What importing the settings says, or that they are fine."""
    told = (
        "from django.core.exceptions import ImproperlyConfigured\n"
        "try:\n    import config.settings\nexcept ImproperlyConfigured as no:\n    print(no)\n"
        "else:\n    print('fine')"
    )
    done = subprocess.run(
        [sys.executable, "-c", told],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_a_careful_production_server_starts():
    assert settings_say(careful()) == "fine"


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
def test_a_careless_one_is_refused(changed, refusal):
    assert settings_say(careful(**changed)) == refusal


def test_everything_that_is_wrong_is_said_at_once():
    said = settings_say(careful(WAFA_DEBUG="yes", WAFA_PEPPER=None))

    assert said == "WAFA_PEPPER is missing. WAFA_DEBUG must be off."


def test_cookies_and_addresses_are_safe_without_being_told():
    """No variable makes a production server's cookies insecure."""
    told = (
        "from config import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
        "s.SESSION_COOKIE_HTTPONLY, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS)"
    )

    done = subprocess.run(
        [sys.executable, "-c", told], env=careful(), check=True, capture_output=True, text=True
    )

    assert done.stdout.split() == ["True", "True", "True", "True", "31536000"]


def test_a_secret_may_come_in_a_file(tmp_path):
    """S-65: `<name>_FILE` in place of `<name>`."""
    pepper = tmp_path / "pepper"
    pepper.write_text(fresh_secrets()["WAFA_PEPPER"] + "\n")

    assert settings_say(careful(WAFA_PEPPER=None, WAFA_PEPPER_FILE=str(pepper))) == "fine"
