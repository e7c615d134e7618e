"""What customers see, as Django knows it."""

from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Reads the contents page that Django does not find by itself."""

    name = "portal"
    verbose_name = "Portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect jobs and receivers, and tell the rooms below where members come in."""
        import_module("portal.tasks")
        import_module("portal.receivers")
        import_module("portal.documents")
        import_module("portal.entry.links")
