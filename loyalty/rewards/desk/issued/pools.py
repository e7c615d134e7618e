"""Pools in the admin: which foreign codes wait, and adding more by pasting them; files come in by imports."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loyalty.access.site import (
    HappenedFilter,
    OfProgram,
    ProgramScoped,
    ReadOnly,
    program_of,
    staff_site,
)
from loyalty.programs.calendar import midnight
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program
from loyalty.rewards.codes.pooling import PoolRow, add_to_pool, is_pool_code
from loyalty.rewards.kinds import Codes, RewardState
from loyalty.rewards.models import PoolCode, Reward, RewardPeriod

CODES_PASTED_MAX: Final = 5_000  # beyond that a file is the better way


class PasteForm(forms.Form):
    """Codes, one a line, for one reward; perhaps with a last good day for all of them."""

    reward = forms.ModelChoiceField(queryset=Reward.objects.none(), label=_("Reward"))
    codes = forms.CharField(
        label=_("Codes"),
        help_text=_(
            "One a line, as your partner wrote them. What is there already is passed over."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "dir": "ltr", "spellcheck": "false"}),
    )
    last_day = forms.DateField(
        label=_("Good through"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, program: Program, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pools: Any = self.fields["reward"]
        pools.queryset = pools_of(program)
        pools.empty_label = None

    def clean_codes(self) -> list[str]:
        """The codes, each once; a line that cannot be one is named."""
        lines = [line.strip() for line in self.cleaned_data["codes"].splitlines()]
        codes = [line for line in lines if line]
        if len(codes) > CODES_PASTED_MAX:
            raise forms.ValidationError(_("Too many for one page: bring them in as a file."))
        for place, code in enumerate(codes, start=1):
            if not is_pool_code(code):
                raise forms.ValidationError(_("Line %d is no code.") % place)
        return codes


@admin.register(PoolCode, site=staff_site)
class PoolCodeAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[PoolCode]):
    """Codes of partners: what waits, what was handed out, what ended unused."""

    saves_by_rule = True
    empty_note = _("Codes of partners wait here to be handed out. Add some, or bring in a file.")
    list_display = ("ending_in", "reward", "stands", "added_at", "ends_at", "taken_at")
    list_filter = (("taken_at", HappenedFilter), ("reward", OfProgram))
    search_fields = ("last_four",)
    list_select_related = ("reward",)
    ordering = ("-id",)
    fields = (
        "ending_in",
        "reward",
        "stands",
        "value",
        "added_at",
        "ends_at",
        "taken_at",
        "ended_at",
    )

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return self.allows(request, "write")

    def get_readonly_fields(self, request: HttpRequest, obj: PoolCode | None = None) -> Any:
        return self.fields

    @admin.display(description=_("ends in"))
    def ending_in(self, code: PoolCode) -> SafeString:
        return format_html("<bdi>…\u2060{}</bdi>", code.last_four or "?")

    @admin.display(description=_("state"))
    def stands(self, code: PoolCode) -> str:
        if code.taken_at:
            return str(_("handed out"))
        return str(_("ended unused")) if code.ended_at else str(_("waiting"))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Paste codes."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        program = program_of(request)
        form = PasteForm(program, request.POST or None)
        if request.method == "POST" and form.is_valid():
            new = _added(program, form.cleaned_data)
            told = ngettext("%d code is new.", "%d codes are new.", new) % new
            messages.success(request, told)
            return HttpResponseRedirect(reverse("admin:loyalty_poolcode_changelist"))
        page = {
            "title": _("Add codes"),
            "form": form,
            "opts": self.opts,
            "pools": pools_of(program),
        }
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "rewards/add_codes.html", {**around, **page})


def pools_of(program: Program) -> QuerySet[Reward]:
    """Rewards whose live revision hands out codes of a pool."""
    live = RewardPeriod.objects.filter(
        ends_at=None, revision__definition__codes=Codes.POOL, reward__program=program
    )
    rewards = Reward.objects.filter(program=program, pk__in=live.values("reward"))
    return rewards.exclude(state=RewardState.ENDED)


def _added(program: Program, told: dict[str, Any]) -> int:
    ends_at = None
    if told["last_day"]:
        ends_at = midnight(told["last_day"] + timedelta(days=1), program.zone)
    rows = [PoolRow(code=code, ends_at=ends_at) for code in told["codes"]]
    new = add_to_pool(program=program, reward_id=told["reward"].pk, rows=rows, at=now_of(program))
    return sum(new)
