"""What a production server refuses to start with (S-64): each refusal names its variable."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ImproperlyConfigured

from config.environment import unknown_variables

SECRET_KEY_LENGTH_MIN = 50
PEPPER_LENGTH_MIN = 32
ENCRYPTION_KEY_LENGTH_MIN = 32
DISTINCT_LETTERS_MIN = 10  # "changeme" many times over is long, not secret
GIVEAWAYS = ("changeme", "change-me", "insecure", "secret", "password", "example", "default")


def refuse_carelessness(
    *,
    mode: str,
    debug: bool,
    secrets: Mapping[str, str],
    hosts: Sequence[str],
    base_url: str,
    addresses: Mapping[str, str],
) -> None:
    """Raise with everything that is wrong, not only the first thing."""
    if mode not in {"development", "production"}:
        raise ImproperlyConfigured("WAFA_MODE must be development or production.")
    if mode == "development":
        return
    wrong = [
        *_wrong_variables(),
        *_wrong_secrets(secrets),
        *_wrong_door(debug=debug, hosts=hosts, base_url=base_url),
        *(f"{name} is missing." for name, address in addresses.items() if not address),
    ]
    if wrong:
        raise ImproperlyConfigured(" ".join(wrong))


def _wrong_variables() -> list[str]:
    return [f"{name} is not a setting of Wafa." for name in unknown_variables()]


def _wrong_secrets(secrets: Mapping[str, str]) -> list[str]:
    lengths = {
        "WAFA_SECRET_KEY": SECRET_KEY_LENGTH_MIN,
        "WAFA_PEPPER": PEPPER_LENGTH_MIN,
        "WAFA_ENCRYPTION_KEYS": ENCRYPTION_KEY_LENGTH_MIN,
    }
    wrong = []
    for name, length in lengths.items():
        several = name == "WAFA_ENCRYPTION_KEYS"
        for secret in secrets[name].split(",") if several else [secrets[name]]:
            fault = _fault_of(secret.strip(), length=length)
            wrong += [f"{name} {fault}."] if fault else []
    return wrong


def _fault_of(secret: str, *, length: int) -> str | None:
    if not secret:
        return "is missing"
    if len(secret) < length or len(set(secret)) < DISTINCT_LETTERS_MIN:
        return f"is too short or too simple: {length} random characters at least"
    if any(giveaway in secret.lower() for giveaway in GIVEAWAYS):
        return "is a default: draw one of your own"
    return None


def _wrong_door(*, debug: bool, hosts: Sequence[str], base_url: str) -> list[str]:
    wrong = []
    if debug:
        wrong.append("WAFA_DEBUG must be off.")
    if not hosts or any("*" in host or host.startswith(".") for host in hosts):
        wrong.append("WAFA_ALLOWED_HOSTS must name hosts, without wildcards.")
    if not base_url.startswith("https://"):
        wrong.append("WAFA_BASE_URL must begin with https://.")
    return wrong
