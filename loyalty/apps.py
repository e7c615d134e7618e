"""The ground floor, as Django knows it."""

from importlib import import_module

from django.apps import AppConfig

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
