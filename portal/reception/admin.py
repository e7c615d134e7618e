"""Reception in the admin: whether people may join on the pages, and what they are told, in every language."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty.access.site import ProgramScoped, ReadOnly, actor_of, program_of, staff_site
from loyalty.foundation.refusals import DomainError
from loyalty.programs.clock import now_of
from loyalty.programs.documents import FORMAT, StaleVersion, apply_program
from loyalty.programs.tenants import Program
from portal.reception.forms import MIRRORED, ReceptionForm, initial_of, name_of
from portal.reception.models import Reception
from portal.reception.reading import newest_terms, told_by
from portal.words.spoken import spoken


@admin.register(Reception, site=staff_site)
class ReceptionAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Reception]):
    """How the open programme receives guests: one row, or none."""

    topic = "programs"
    saves_by_rule = True
    empty_note = gettext_lazy(
        "Nobody joins on the pages, and our own answers stand there. Say who may join, and what guests should know."
    )
    list_display = ("joining", "birthday", "changed_at")
    fields = ("joining", "birthday", "questions", "changed_at")

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return self.allows(request, "write")

    def get_readonly_fields(self, request: HttpRequest, obj: Reception | None = None) -> Any:
        return self.fields

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Write, look at it in every language, keep it."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        program = program_of(request)
        present = told_by(program) or {}
        form = _form(request, program, present)
        seen, others = None, None
        if request.method == "POST" and form.is_valid():
            seen = form.part
            if "keep" in request.POST:
                try:
                    _keep(request, form, program=program)
                except StaleVersion as refusal:
                    messages.error(request, refusal.sentence())
                    others, form = present, _form(request, program, present, is_seen=True)
                except DomainError as refusal:
                    messages.error(request, refusal.sentence())
                else:
                    messages.success(request, _("Guests see this from now on."))
                    return HttpResponseRedirect(reverse("admin:portal_reception_add"))
        newest = newest_terms(program)
        told = {
            "title": _("Joining, questions and terms"),
            "opts": self.opts,
            "form": form,
            "previews": _previews(program, seen) if seen else [],
            "others": _previews(program, others) if others else [],
            "terms_number": newest.number if newest else 0,
        }
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "portal/reception.html", {**around, **told})


def _form(
    request: HttpRequest, program: Program, present: dict[str, Any], *, is_seen: bool = False
) -> ReceptionForm:
    """What was typed, else what holds. Once another's change was shown, keeping writes over it."""
    questions = len(present.get("questions", []))
    typed = request.POST.copy() if request.method == "POST" else None
    if typed is not None:
        rows = [name.split("_")[1] for name in typed if name.startswith("question_")]
        questions = (
            max((int(each) for each in rows if each.isdecimal() and len(each) <= 2), default=0) - 1
        )
        if is_seen:
            typed["version"] = str(program.version)
    return ReceptionForm(
        typed,
        languages=program.languages,
        questions=max(questions, 0),
        initial=initial_of(present, version=program.version),
    )


def _keep(request: HttpRequest, form: ReceptionForm, *, program: Program) -> None:
    """Through the document, as by the API. Raises StaleVersion (U-15)."""
    apply_program(
        document={"format": FORMAT, "portal": form.part},
        actor=actor_of(request),
        at=now_of(program),
        own=program,
        expected_version=form.cleaned_data["version"],
    )


def _previews(program: Program, part: dict[str, Any]) -> list[dict[str, Any]]:
    """Questions, answers and terms as readers of each language see them, and how much is in their own."""
    return [_preview(part, language) for language in program.languages]


def _preview(part: dict[str, Any], language: str) -> dict[str, Any]:
    pairs = [
        (spoken(each["question"], language=language), spoken(each["answer"], language=language))
        for each in part.get("questions", [])
    ]
    terms = spoken(part.get("terms", {}), language=language)
    texts = [each for pair in pairs for each in pair] + ([terms] if terms.text else [])
    return {
        "language": language,
        "name": name_of(language),
        "direction": "rtl" if language in MIRRORED else "ltr",
        "pairs": pairs,
        "terms": terms,
        "whole": len(texts),
        "own": sum(not each.is_other for each in texts),
    }
