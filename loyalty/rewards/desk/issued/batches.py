"""Batches in the admin: asked for, watched while they are made, fetched once (W-45)."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from loyalty.access.approvals.models import Proposal
from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    fresh,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Text
from loyalty.programs.calendar import midnight
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program
from loyalty.rewards.batches.fetching import fetch_codes, is_fetchable, lines_of
from loyalty.rewards.batches.making import BatchWish
from loyalty.rewards.batches.proposing import ALONE_CODES_MAX, make_batch
from loyalty.rewards.catalogue.offers import live_offer
from loyalty.rewards.desk.issued.sums import last_day_told
from loyalty.rewards.kinds import RewardKind, RewardState
from loyalty.rewards.models import Reward, VoucherBatch
from loyalty.rewards.voucher_kinds import BATCH_FILE_LASTS, CODES_PER_BATCH_MAX


class BatchForm(forms.Form):
    """Of which reward, how many, and until when; without a day, as long as the reward says."""

    reward = forms.ModelChoiceField(queryset=Reward.objects.none(), label=_("Reward"))
    count = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=CODES_PER_BATCH_MAX,
        help_text=_("More than 1,000 codes, or 1,000.00 in all, take a second person."),
    )
    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    last_day = forms.DateField(
        label=_("Good through"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, program: Program, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        live: Any = self.fields["reward"]
        live.queryset = Reward.objects.filter(program=program, state=RewardState.LIVE).exclude(
            kind__in=(RewardKind.GIFT_CARD, RewardKind.POINTS, RewardKind.PERK)
        )
        live.empty_label = None


@admin.register(VoucherBatch, site=staff_site)
class VoucherBatchAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[VoucherBatch]):
    """Batches of vouchers, newest first."""

    saves_by_rule = True
    empty_note = _("Vouchers for print or for a partner. Make the first batch.")
    list_display = (
        "__str__",
        "reward",
        "wanted",
        "made",
        "state",
        "good_through",
        "asked_at",
        "fetched_at",
    )
    list_filter = ("state",)
    list_select_related = ("revision__reward",)
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return self.allows(request, "batch")

    def get_queryset(self, request: HttpRequest) -> QuerySet[VoucherBatch]:
        return super().get_queryset(request).select_related("revision__reward")

    def get_urls(self) -> list[URLPattern]:
        fetching = self.admin_site.admin_view(self.fetch_view)
        return [
            path("<uuid:batch_id>/codes/", fetching, name="loyalty_voucherbatch_codes"),
            *super().get_urls(),
        ]

    @admin.display(description=_("Good through"), ordering="ends_at")
    def good_through(self, batch: VoucherBatch) -> str:
        return last_day_told(batch.ends_at)

    @admin.display(description=_("reward"))
    def reward(self, batch: VoucherBatch) -> str:
        return str(batch.revision.reward)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for a batch; a large one is proposed."""
        if not self.allows(request, "batch"):
            raise PermissionDenied
        program = program_of(request)
        form = BatchForm(program, request.POST or None)
        if request.method == "POST" and form.is_valid():
            done = self._asked(request, program, form.cleaned_data)
            if done is not None:
                return done
        page = {"title": _("Make vouchers"), "form": form, "opts": self.opts}
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "rewards/make_batch.html", {**around, **page})

    def _asked(
        self, request: HttpRequest, program: Program, told: dict[str, Any]
    ) -> HttpResponse | None:
        offer = live_offer(program=program, reward_id=told["reward"].pk)
        if offer is None:
            raise Http404
        last_day = told["last_day"]
        wish = BatchWish(
            offer=offer,
            count=told["count"],
            name=told["name"],
            ends_at=midnight(last_day + timedelta(days=1), program.zone) if last_day else None,
        )
        made: list[VoucherBatch | Proposal] = []
        with refusals_as_messages(request):
            made.append(
                make_batch(program=program, wish=wish, actor=actor_of(request), at=now_of(program))
            )
        if not made:
            return None
        if isinstance(made[0], Proposal):
            messages.warning(request, _("A second person must approve this. Nothing is made yet."))
            return HttpResponseRedirect(reverse("admin:loyalty_voucherbatch_changelist"))
        return HttpResponseRedirect(reverse("admin:loyalty_voucherbatch_change", args=[made[0].pk]))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """How far it is, and the file once it is made."""
        batch = self.get_object(request, object_id)
        if batch is None or not self.has_view_permission(request, batch):
            raise PermissionDenied
        at = now_of(program_of(request))
        page = {
            "title": str(batch),
            "batch": batch,
            "through": last_day_told(batch.ends_at),
            "opts": self.opts,
            "percent": 100 * batch.made // batch.wanted,
            "is_fetchable": is_fetchable(batch, actor=actor_of(request), at=at),
            "why_not": _why_not(batch, at=at),
            "fetch_until": batch.made_at + BATCH_FILE_LASTS if batch.made_at else None,
            "alone_max": ALONE_CODES_MAX,
        }
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "rewards/batch.html", {**around, **page})

    @method_decorator(fresh)
    def fetch_view(self, request: HttpRequest, batch_id: Id) -> HttpResponseBase:
        """The file, once, for its maker, after the password once more (S-52)."""
        if not self.allows(request, "batch"):
            raise PermissionDenied
        if request.method != "POST":
            raise Http404
        program = program_of(request)
        codes: list[tuple[str, datetime | None]] = []
        with refusals_as_messages(request):
            codes = fetch_codes(
                program=program, batch_id=batch_id, actor=actor_of(request), at=now_of(program)
            )
        if not codes:
            page = reverse("admin:loyalty_voucherbatch_change", args=[batch_id])
            return HttpResponseRedirect(page)
        answer = StreamingHttpResponse(lines_of(codes), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="vouchers-{batch_id.hex[-8:]}.csv"'
        answer["Cache-Control"] = "no-store"
        return answer


def _why_not(batch: VoucherBatch, *, at: datetime) -> Text:
    """Why the codes of a batch that is made cannot be fetched by who looks at it."""
    if batch.fetched_at is not None:
        return _("The codes were fetched. Nobody can read them again.")
    if batch.forgotten_at or batch.made_at is None or at >= batch.made_at + BATCH_FILE_LASTS:
        return _("The time for fetching the codes is over.")
    return _("Only whoever asked for these codes can fetch them.")
