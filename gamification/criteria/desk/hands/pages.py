"""Pages of what people do by hand: the form, the refusal above it or at its field, and on to what came of it."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from loyalty.foundation.refusals import DomainError, Text


class ByHand:
    """Mixed into an admin class that has such pages."""

    admin_site: Any
    opts: Any
    allows: Any

    def hand_page(
        self,
        request: HttpRequest,
        *,
        form: forms.Form,
        title: Text,
        act: Callable[[], object],
        done: Text,
        about: Mapping[str, Any] | None = None,
        verb: str = "write",
    ) -> HttpResponse:
        """Ask, call the rule, and go on to the list; a refusal stands on the form, and nothing has happened."""
        if not self.allows(request, verb):
            raise PermissionDenied
        if request.method == "POST" and form.is_valid() and self._acted(form, act):
            messages.success(request, str(done))
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
            return HttpResponseRedirect(reverse(name))
        around = {**self.admin_site.each_context(request), "opts": self.opts}
        told = {"title": title, "form": form, **(about or {})}
        return TemplateResponse(request, "gamification/by_hand.html", {**around, **told})

    @staticmethod
    def _acted(form: forms.Form, act: Callable[[], object]) -> bool:
        try:
            act()
        except DomainError as refusal:
            _show(form, refusal)
            return False
        return True


def _show(form: forms.Form, refusal: DomainError) -> None:
    """What the rule says, at its field where it names one that is there."""
    form.add_error(None, refusal.sentence())
    for problem in refusal.problems:
        name = problem.pointer.strip("/")
        if name in form.fields and str(problem.message) != refusal.sentence():
            form.add_error(name, str(problem.message))
