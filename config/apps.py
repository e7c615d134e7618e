"""The switchboard, as Django knows it."""

from importlib import import_module

from django.apps import AppConfig


class SwitchboardConfig(AppConfig):
    """Makes Celery's app the current one, for whoever publishes or declares a task."""

    name = "config"
    label = "switchboard"

    def ready(self) -> None:
        """Load it once the settings are there."""
        import_module("config.celery")
