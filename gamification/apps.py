"""Play: badges, challenges, streaks, stamp cards, levels and leaderboards, as Django knows them."""

from importlib import import_module

from django.apps import AppConfig


class GamificationConfig(AppConfig):
    """Reads the contents pages that Django does not find by itself."""

    name = "gamification"
    verbose_name = "Play"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect receivers, jobs and the parts of the programme document."""
        import_module("gamification.receivers")
        import_module("gamification.documents")
        import_module("gamification.tasks")
