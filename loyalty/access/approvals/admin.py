"""Proposals in the admin: what waits for a second person, said in one sentence, approved or rejected."""

from collections.abc import Callable
from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from loyalty.access.approvals.models import Proposal
from loyalty.access.approvals.proposing import approve, deed_of, reject, said
from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
    standing_in,
)
from loyalty.foundation.refusals import Text
from loyalty.programs.clock import now_of


@admin.register(Proposal, site=staff_site)
class ProposalAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Proposal]):
    """Whoever proposed something sees it here, and somebody else decides."""

    topic = "approvals"
    saves_by_rule = True
    list_display = ("shown_id", "said", "reason", "note", "proposed_by", "proposed_at", "state")
    list_filter = ("state",)
    list_select_related = ("proposed_by", "program")
    ordering = ("-id",)
    actions = ["approve_chosen", "reject_chosen"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        """All of the programme, or what one proposed oneself."""
        rows: QuerySet[Proposal] = super().get_queryset(request)
        if self.allows(request, "read"):
            return rows
        return rows.filter(proposed_by=standing_in(request).user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.allows(request, "read") or self.allows(request, "own")

    @admin.display(description=_("What would be done"))
    def said(self, proposal: Proposal) -> str:
        return said(proposal)

    @admin.action(description=_("Approve"), permissions=["approve"])
    def approve_chosen(self, request: HttpRequest, proposals: QuerySet[Proposal]) -> None:
        """Do what was proposed, on today's state; each in a unit of its own."""
        self._decide(request, proposals, approve, _("Approved and done."))

    @admin.action(description=_("Reject"), permissions=["approve"])
    def reject_chosen(self, request: HttpRequest, proposals: QuerySet[Proposal]) -> None:
        """Close without doing."""
        self._decide(request, proposals, reject, _("Rejected."))

    def _decide(
        self,
        request: HttpRequest,
        proposals: QuerySet[Proposal],
        rule: Callable[..., Proposal],
        done: Text,
    ) -> None:
        program = program_of(request)
        for proposal in proposals:
            if not standing_in(request).may(deed_of(proposal).permission):
                messages.error(request, _("Your role may not decide this."))
                continue
            with refusals_as_messages(request):
                rule(
                    program=program,
                    proposal_id=proposal.pk,
                    actor=actor_of(request),
                    at=now_of(program),
                )
                messages.success(request, str(done))
