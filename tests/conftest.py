"""What every test shares: the database. The servers themselves are started by `tests/plugin.py`."""

from tests.plugin_database import django_db_setup

__all__ = ["django_db_setup"]
