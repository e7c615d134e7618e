"""What the nights redeemed by themselves, for staff to look at (W-70)."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import OfProgram, ProgramScoped, ReadOnly, staff_site
from loyalty.rewards.models import AutomaticRun


@admin.register(AutomaticRun, site=staff_site)
class AutomaticRunAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[AutomaticRun]):
    """Night after night, newest first."""

    empty_note = _("What members redeem automatically at night will be counted here.")
    list_display = ("day", "reward", "redeemed", "reasons", "at")
    list_filter = (("reward", OfProgram),)
    list_select_related = ("reward",)
    ordering = ("-day", "reward")
    fields = ("day", "reward", "redeemed", "reasons", "at")

    def get_readonly_fields(
        self, request: HttpRequest, obj: AutomaticRun | None = None
    ) -> tuple[str, ...]:
        return self.fields

    @admin.display(description=_("left out"))
    def reasons(self, run: AutomaticRun) -> SafeString | str:
        """How many, by the code of the refusal."""
        told = sorted(run.left_out.items())
        return format_html_join(", ", "<bdi>{}</bdi>: {}", told) or "-"
