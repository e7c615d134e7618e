"""Members who bring members, as Django knows them."""

from importlib import import_module

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Reads the contents pages that Django does not find by itself."""

    name = "referrals"
    verbose_name = "Referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect receivers, jobs and the part of the programme document."""
        import_module("referrals.receivers")
        import_module("referrals.documents")
        import_module("referrals.tasks")
