"""The last look at a draft of the ladder: what changes, who would move, and the button that publishes or proposes it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from loyalty.access.site import actor_of, program_of, refusals_as_messages
from loyalty.programs.clock import now_of
from loyalty.tiers.desk.movers import changes_shown, ladder_shown, shown
from loyalty.tiers.kinds import RevisionState
from loyalty.tiers.ladders.going_live import Launched, launch, needs_second
from loyalty.tiers.models import LadderRevision
from loyalty.tiers.telling.previewing import preview_ladder


def launch_page(
    request: HttpRequest,
    *,
    revision: LadderRevision,
    around: Mapping[str, Any],
    may_publish: bool,
) -> HttpResponse:
    """Everything to know before a draft goes live, and the button that does it."""
    program = program_of(request)
    if revision.state != RevisionState.DRAFT:
        return _back_to(revision)
    if request.method == "POST":
        if not may_publish:
            raise PermissionDenied
        with refusals_as_messages(request):
            launched = launch(
                program=program,
                revision_id=revision.pk,
                actor=actor_of(request),
                at=now_of(program),
            )
            messages.success(request, told_of(launched))
            return _back_to(revision)
    told = preview_ladder(program=program, revision=revision, at=now_of(program))
    return TemplateResponse(
        request,
        "tiers/preview.html",
        {
            **around,
            "title": _("Before it goes live"),
            "revision": revision,
            "ladder": ladder_shown(revision, program=program),
            "changes": changes_shown(program, revision),
            "needs_second": needs_second(program=program, revision=revision),
            "may_publish": may_publish,
            **shown(told, program=program, revision=revision),
        },
    )


def told_of(launched: Launched) -> str:
    """What became of it, in one sentence."""
    if launched.proposal is not None:
        return _("Proposed: a second person has to approve it.")
    return _("Published. It is being brought to the members.")


def _back_to(revision: LadderRevision) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:loyalty_ladderrevision_change", args=[revision.pk]))
