"""The rule's own pages beside Django's: the editor, what-ifs, going live, comparing. Each asks for its own right."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from loyalty.earning.desk.pages import edit
from loyalty.earning.desk.steps.launches import compare_page, go_back, launch_page
from loyalty.earning.desk.steps.what_ifs import what_if_page, what_ifs_page
from loyalty.earning.models import EarningRule
from loyalty.foundation.ids import Id


class RulePages:
    """Addresses and views for the admin class of rules; that class knows the programme and the roles."""

    def get_urls(self) -> list[URLPattern]:
        """Our addresses before Django's, which would take them for ids."""
        around: Any = super()
        rule = "<uuid:rule_id>/"
        views = {
            "draft/": (self.draft_view, "earningrule_draft_new"),
            f"{rule}draft/": (self.draft_view, "earningrule_draft"),
            f"{rule}what-if/": (self.what_ifs_view, "earningrule_what_ifs"),
            f"{rule}launch/": (self.launch_view, "earningrule_launch"),
            f"{rule}compare/": (self.compare_view, "earningrule_compare"),
            f"{rule}again/<uuid:revision_id>/": (self.again_view, "earningrule_again"),
            "what-ifs/<uuid:what_if_id>/": (self.what_if_view, "what_if"),
        }
        guard = self._page.admin_site.admin_view
        own = [
            path(address, guard(view), name=f"loyalty_{name}")
            for address, (view, name) in views.items()
        ]
        return [*own, *around.get_urls()]

    def draft_view(self, request: HttpRequest, rule_id: Id | None = None) -> HttpResponse:
        """The editor, for a new rule or the next revision of one."""
        self._demand(request, "write")
        rule = self._rule(request, rule_id) if rule_id else None
        return edit(
            request,
            rule=rule,
            around=self._page.admin_site.each_context,
            may_publish=self._page.allows(request, "publish"),
        )

    def what_ifs_view(self, request: HttpRequest, rule_id: Id) -> HttpResponse:
        """What-ifs of one rule."""
        self._demand(request, "read")
        return what_ifs_page(
            request, rule=self._rule(request, rule_id), **self._around(request, "write")
        )

    def what_if_view(self, request: HttpRequest, what_if_id: Id) -> HttpResponse:
        """One what-if with its report."""
        self._demand(request, "read")
        return what_if_page(request, what_if_id, **self._around(request, "write"))

    def launch_view(self, request: HttpRequest, rule_id: Id) -> HttpResponse:
        """The last look before a draft goes live."""
        self._demand(request, "read")
        context = self._page.admin_site.each_context(request)
        may_publish = self._page.allows(request, "publish")
        rule = self._rule(request, rule_id)
        return launch_page(request, rule=rule, around=context, may_publish=may_publish)

    def compare_view(self, request: HttpRequest, rule_id: Id) -> HttpResponse:
        """Two revisions of a rule."""
        self._demand(request, "read")
        return compare_page(
            request, rule=self._rule(request, rule_id), **self._around(request, "write")
        )

    def again_view(self, request: HttpRequest, rule_id: Id, revision_id: Id) -> HttpResponse:
        """An old revision, drafted anew."""
        self._demand(request, "write")
        if request.method != "POST":
            raise Http404
        rule = self._rule(request, rule_id)
        return go_back(request, rule=rule, revision_id=revision_id)

    @property
    def _page(self) -> Any:
        """The admin class that these pages are mixed into."""
        return self

    def _rule(self, request: HttpRequest, rule_id: Id) -> EarningRule:
        rows: QuerySet[EarningRule] = self._page.get_queryset(request)
        return get_object_or_404(rows, pk=rule_id)

    def _demand(self, request: HttpRequest, verb: str) -> None:
        if not self._page.allows(request, verb):
            raise PermissionDenied

    def _around(self, request: HttpRequest, verb: str) -> dict[str, Any]:
        context = self._page.admin_site.each_context(request)
        return {"around": context, "may_write": self._page.allows(request, verb)}
