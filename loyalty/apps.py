"""The ground floor, as Django knows it."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from loyalty.foundation.database import deadlines


class LoyaltyConfig(AppConfig):
    """Reads the contents pages that Django does not find by itself."""

    name = "loyalty"
    verbose_name = "Loyalty"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect receivers, jobs and the parts of the programme document."""
        deadlines.install()
        import_module("loyalty.receivers")
        import_module("loyalty.documents")
        import_module("loyalty.tasks")  # what is scheduled also runs on the way of a test clock
        if not _has_migrations():
            post_migrate.connect(apply_storage, sender=self, dispatch_uid="loyalty.storage")


def apply_storage(*, using: str, **_signal: Any) -> None:
    """Run what models cannot say (functions, fill factors), room by room."""
    with connections[using].cursor() as cursor:
        for forward, _reverse in storage_statements():
            cursor.execute(forward)


def storage_statements() -> list[tuple[str, str]]:
    """Pairs of forward and reverse SQL from every room's `storage.py`, in the rooms' alphabet."""
    import loyalty

    statements: list[tuple[str, str]] = []
    for room in sorted(found.name for found in iter_modules(loyalty.__path__) if found.ispkg):
        try:
            page = import_module(f"loyalty.{room}.storage")
        except ModuleNotFoundError as missing:
            if missing.name != f"loyalty.{room}.storage":
                raise
            continue
        statements += page.STATEMENTS
    return statements


def _has_migrations() -> bool:
    import loyalty

    return any(found.name == "migrations" for found in iter_modules(loyalty.__path__))
