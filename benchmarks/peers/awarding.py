"""One peer awarding members, in its own environment: a number comes in, so many awards are made, `done` goes out.

Run by the peer's interpreter, which has nothing of ours: `python awarding.py PEER CONNINFO`. Each award goes through
the call that the peer's own documents show, in a transaction of its own, to an account that is already loaded.
"""

import json
import os
import random
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

MEMBERS = 500
POINTS = 45
APPS: dict[str, list[str]] = {
    "dj-wallet": ["dj_wallet"],
    "django-hordak": ["mptt", "hordak"],
    "django-flutterwave-wallet": ["djmoney", "rest_framework", "flutterwave_wallet"],
    "pinax-points": ["pinax.points"],
}


def set_up(peer: str, conninfo: str) -> None:
    """Django with the peer alone, and its tables."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from psycopg.conninfo import conninfo_to_dict

    told = {key: str(value) for key, value in conninfo_to_dict(conninfo).items()}
    settings.configure(
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", *APPS[peer]],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": told.get("dbname", ""),
                "USER": told.get("user", ""),
                "PASSWORD": told.get("password", ""),
                "HOST": told.get("host", ""),
                "PORT": told.get("port", ""),
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SECRET_KEY="bench" * 10,
        USE_TZ=True,
        DEFAULT_CURRENCY="NGN",
    )
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def users() -> list[Any]:
    """The members: the framework's own users."""
    from django.contrib.auth import get_user_model

    make: Any = get_user_model().objects
    return [make.create_user(username=f"member-{number}") for number in range(MEMBERS)]


def dj_wallet() -> tuple[Sequence[Any], Callable[[Any], object]]:
    from django.contrib.contenttypes.models import ContentType

    people = users()
    kind = ContentType.objects.get_for_model(people[0])
    wallets = import_module("dj_wallet.models").Wallet.objects
    accounts = [
        wallets.create(holder_type=kind, holder_id=each.pk, slug="default") for each in people
    ]
    service = import_module("dj_wallet.services.common").WalletService
    return accounts, lambda account: service.deposit(account, POINTS)


def django_hordak() -> tuple[Sequence[Any], Callable[[Any], object]]:
    from django.db import transaction

    core = import_module("hordak.models")
    points = import_module("moneyed").Money(POINTS, "NGN")
    make = core.Account.objects.create
    issued = make(name="issued", code="1", type="EX", currencies=["NGN"])
    owed = make(name="owed", code="2", type="LI", currencies=["NGN"])
    accounts = [
        make(name=f"m{number}", code=f"{number:04}", parent=owed, currencies=["NGN"])
        for number in range(MEMBERS)
    ]

    def award(account: Any) -> None:
        with transaction.atomic():
            account.transfer_to(issued, points)

    return accounts, award


def django_flutterwave_wallet() -> tuple[Sequence[Any], Callable[[Any], object]]:
    service = import_module("flutterwave_wallet.services").WalletService()
    accounts = [service.get_wallet(each) for each in users()]
    return accounts, lambda account: service.credit_wallet(account, POINTS, description="award")


def pinax_points() -> tuple[Sequence[Any], Callable[[Any], object]]:
    from django.db import transaction

    award_points = import_module("pinax.points.models").award_points

    def award(user: Any) -> None:
        with transaction.atomic():
            award_points(user, POINTS, reason="award")

    return users(), award


def main() -> None:
    """Set up, tell who we are, then award as often as told."""
    peer, conninfo, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    try:
        set_up(peer, conninfo)
        accounts, award = globals()[peer.replace("-", "_")]()
        award(accounts[0])
    except Exception as problem:
        print(
            json.dumps({"why": f"{type(problem).__name__}: {problem}".partition(" (/")[0][:200]}),
            flush=True,
        )
        raise
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    print(json.dumps({"pid": os.getpid(), "backend": backend}), flush=True)
    chance = random.Random(seed)
    for line in sys.stdin:
        for _ in range(int(line)):
            award(chance.choice(accounts))
        print(json.dumps("done"), flush=True)


if __name__ == "__main__":
    main()
