"""The catalogue in the admin: rewards, their revisions and stock, and the editor with its preview."""

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.foundation.ids import Id
from loyalty.foundation.units import UnitOfWork
from loyalty.programs.clock import now_of
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.texts import in_a_row
from loyalty.rewards.catalogue.publishing import draft, end, pause, publish, resume
from loyalty.rewards.catalogue.reading import meaning_of, read_definition
from loyalty.rewards.desk.cards import cards_of
from loyalty.rewards.desk.forms import RewardForm, initial_of
from loyalty.rewards.models import Reward, RewardPeriod, RewardRevision


class _Inside(ReadOnly, admin.TabularInline[Any, Reward]):
    """Rows that belong to a reward; whoever sees the reward sees them."""

    template = "admin/rows.html"
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class RevisionsInside(_Inside):
    model = RewardRevision
    ordering = ("-number",)
    fields = ("number", "author", "created_at", "frozen_at")


class PeriodsInside(_Inside):
    model = RewardPeriod
    ordering = ("-starts_at",)
    fields = ("revision", "starts_at", "ends_at")


@admin.register(Reward, site=staff_site)
class RewardAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Reward]):
    """Rewards of the open programme. They change by drafts; what was handed out keeps the terms of its revision."""

    saves_by_rule = True
    empty_note = _("What points buy will stand here. Add the first reward.")
    list_display = ("__str__", "slug", "kind", "state", "prices", "left", "version")
    list_filter = ("state", "kind")
    search_fields = ("slug",)
    ordering = ("state", "slug")
    actions = ("publish_drafts", "pause_rewards", "resume_rewards", "end_rewards")
    fields = ("slug", "kind", "state", "prices", "left", "preview", "next_steps", "definition", "created_at")  # fmt: skip
    inlines = (RevisionsInside, PeriodsInside)

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return self.allows(request, "write")

    def get_readonly_fields(self, request: HttpRequest, obj: Reward | None = None) -> Any:
        return self.fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reward]:
        rows: QuerySet[Reward] = super().get_queryset(request)
        return rows.select_related("program", "stock").prefetch_related("revisions")

    def get_urls(self) -> list[URLPattern]:
        """The editor of an existing reward, beside Django's own pages."""
        edit = path(
            "<uuid:reward_id>/draft/",
            self.admin_site.admin_view(self.draft_view),
            name="loyalty_reward_draft",
        )
        return [edit, *super().get_urls()]

    @admin.display(description=_("prices"))
    def prices(self, reward: Reward) -> str:
        told = _newest(reward).definition.get("prices", ())
        return in_a_row(
            f"{each['points']} {each['currency']}"
            + (f" ({each['tier']})" if "tier" in each else "")
            for each in told
        ) or str(_("A gift"))

    @admin.display(description=_("left"))
    def left(self, reward: Reward) -> str:
        stock = getattr(reward, "stock", None)
        if stock is None or not stock.is_limited:
            return str(_("unlimited"))
        return str(_("{left} of {total}")).format(left=stock.left, total=stock.total)

    @admin.display(description=_("version"))
    def version(self, reward: Reward) -> int:
        return _newest(reward).number

    @admin.display(description=_("definition"))
    def definition(self, reward: Reward) -> SafeString:
        text = json.dumps(meaning_of(_newest(reward).definition), ensure_ascii=False, indent=2)
        return format_html('<pre dir="ltr">{}</pre>', text)

    @admin.display(description=_("next steps"))
    def next_steps(self, reward: Reward) -> SafeString:
        address = reverse("admin:loyalty_reward_draft", args=[reward.pk])
        return format_html('<a href="{}">{}</a>', address, _("Write a new revision"))

    @admin.display(description=_("preview"))
    def preview(self, reward: Reward) -> SafeString:
        cards = _cards(_newest(reward).definition, reward.program)
        return SafeString(render_to_string("rewards/cards.html", {"cards": cards}))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new reward, from the form."""
        return self._editor(request, reward=None)

    def draft_view(self, request: HttpRequest, reward_id: Id) -> HttpResponseBase:
        """A new revision of a reward, starting from its newest one."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        reward = self.get_queryset(request).filter(pk=reward_id).first()
        if reward is None:
            raise Http404
        return self._editor(request, reward=reward)

    def _editor(self, request: HttpRequest, *, reward: Reward | None) -> HttpResponse:
        if not self.allows(request, "write"):
            raise PermissionDenied
        program = program_of(request)
        stock = getattr(reward, "stock", None) if reward else None
        start = initial_of(
            _newest(reward).definition if reward else None,
            stock=stock.total if stock and stock.is_limited else None,
        )
        form = RewardForm(program, request.POST or None, initial=start)
        cards = _cards(_newest(reward).definition, program) if reward else []
        if request.method == "POST" and form.is_valid():
            told = form.definition()
            with refusals_as_messages(request):
                read_definition(told, currencies=_spendable(program))
                cards = _cards(told, program)
                if "preview" not in request.POST:
                    return self._kept(request, program, told)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Draft of {reward}").format(reward=reward) if reward else _("New reward"),
            "opts": self.opts,
            "form": form,
            "cards": cards,
            "reward": reward,
            "may_publish": self.allows(request, "publish"),
        }
        return TemplateResponse(request, "rewards/draft.html", context)

    def _kept(self, request: HttpRequest, program: Program, told: dict[str, Any]) -> HttpResponse:
        """Keep the draft, and publish it at once if that was the button. Refusals rise to the page."""
        at, actor = now_of(program), actor_of(request)
        revision = draft(program=program, definition=told, actor=actor, at=at)
        if "publish" in request.POST and self.allows(request, "publish"):
            if revision.frozen_at is None:
                publish(program=program, revision_id=revision.pk, at=at)
            messages.success(request, _("Published."))
        else:
            messages.success(request, _("Kept as a draft."))
        return HttpResponseRedirect(
            reverse("admin:loyalty_reward_change", args=[revision.reward_id])
        )

    @admin.action(description=_("Publish the draft"), permissions=["publish"])
    def publish_drafts(self, request: HttpRequest, rewards: QuerySet[Reward]) -> None:
        """Make the newest draft of each chosen reward live from now on."""
        program = program_of(request)
        for reward in rewards:
            with refusals_as_messages(request):
                publish(program=program, revision_id=_newest(reward).pk, at=now_of(program))
                messages.success(request, _("{reward}: live.").format(reward=reward))

    @admin.action(description=_("Pause"), permissions=["publish"])
    def pause_rewards(self, request: HttpRequest, rewards: QuerySet[Reward]) -> None:
        _each(request, rewards, pause, told=str(_("{reward}: paused.")))

    @admin.action(description=_("Resume"), permissions=["publish"])
    def resume_rewards(self, request: HttpRequest, rewards: QuerySet[Reward]) -> None:
        _each(request, rewards, resume, told=str(_("{reward}: live again.")))

    @admin.action(description=_("End for good"), permissions=["publish"])
    def end_rewards(self, request: HttpRequest, rewards: QuerySet[Reward]) -> None:
        _each(request, rewards, end, told=str(_("{reward}: ended.")))


def _newest(reward: Reward) -> RewardRevision:
    """The newest revision of a reward whose revisions are prefetched."""
    return max(reward.revisions.all(), key=lambda revision: revision.number)


def _spendable(program: Program) -> dict[str, bool]:
    return dict(PointCurrency.objects.filter(program=program).values_list("slug", "spendable"))


def _cards(definition: dict[str, Any], program: Program) -> list[Any]:
    currencies = list(PointCurrency.objects.filter(program=program))
    return list(cards_of(definition, program=program, currencies=currencies))


def _each(
    request: HttpRequest, rewards: QuerySet[Reward], rule: UnitOfWork[Any, Reward], *, told: str
) -> None:
    """Do this to each chosen reward by itself; what one refuses does not stop the others."""
    program = program_of(request)
    for reward in rewards:
        with refusals_as_messages(request):
            rule(program=program, reward_id=reward.pk, at=now_of(program))
            messages.success(request, told.format(reward=reward))
