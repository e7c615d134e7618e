"""The site: where staff work. Rooms register their pages on `staff_site` with the mixins of `scoping` (S-21)."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from loyalty.access import auditing
from loyalty.access.desk import pages
from loyalty.access.desk.figures import figure, figures
from loyalty.access.desk.filters import HappenedFilter, LatelyFilter, OfProgram
from loyalty.access.desk.gate import Gate, SignInForm, fresh, gate_of
from loyalty.access.desk.naming import name_fields
from loyalty.access.desk.scoping import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    deed_behind,
    one_by_one,
    program_of,
    refusals_as_messages,
    standing_in,
)
from loyalty.access.desk.searching import Found, searches
from loyalty.access.desk.sections import in_sections
from loyalty.access.staff import signing_in
from loyalty.access.staff.standing import standing_of
from loyalty.programs.clock import now_of

__all__ = [
    "Found",
    "HappenedFilter",
    "LatelyFilter",
    "OfProgram",
    "ProgramScoped",
    "ReadOnly",
    "actor_of",
    "figure",
    "fresh",
    "one_by_one",
    "program_of",
    "refusals_as_messages",
    "searches",
    "staff_site",
    "standing_in",
]


class StaffSite(AdminSite):
    """The stock admin, opened by roles instead of Django's permissions, with a home of figures."""

    site_header = _("Wafa")
    site_title = _("Wafa")
    index_title = _("Today")
    site_url = None
    login_form = SignInForm
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Django's, with names for columns that the models leave unnamed."""
        super().register(model_or_iterable, admin_class, **options)
        is_one = isinstance(model_or_iterable, type)
        for model in [model_or_iterable] if is_one else model_or_iterable:
            name_fields(model)

    def has_permission(self, request: HttpRequest) -> bool:
        return gate_of(request) is Gate.OPEN

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every page of the admin: behind the gate, and whatever it changes stands in the audit log."""
        inner = super().admin_view(_audited(view), cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if gate_of(request) is Gate.SECOND_FACTOR:
                return HttpResponseRedirect(reverse("admin:second_factor"))
            _open_in_own_zone(request)
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        around = {"around": self.each_context}
        own: list[URLPattern | URLResolver] = [
            path("second-factor/", pages.second_factor, around, name="second_factor"),
            path("language/", set_language, name="language"),
            path("confirm/", self.admin_view(pages.confirm), around, name="confirm"),
            path("programme/", self.admin_view(pages.choose_program), name="choose_program"),
            path("search/", self.admin_view(pages.search_page), around, name="search"),
        ]
        return own + super().get_urls()

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Sign in; the session's clocks start and the audit log hears of it."""
        response = super().login(request, extra_context)
        if request.method == "POST" and isinstance(response, HttpResponseRedirect):
            pages.note_signed_in(request)
        return response

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Change one's password; every other session of the person ends with it."""
        response = super().password_change(request, extra_context)
        if request.method == "POST" and isinstance(response, HttpResponseRedirect):
            auditing.settle()
        return response

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Home: the day in numbers, each with the way to what is behind it."""
        standing = standing_in(request)
        shown = []
        if standing.program is not None:
            at = now_of(standing.program)
            shown = [
                {
                    "figure": figure,
                    "value": figure.count(standing.program, at),
                    "link": reverse(figure.link) + (f"?{figure.query}" if figure.query else ""),
                }
                for figure in figures()
                if standing.may(figure.deed)
            ]
        return super().index(request, {"figures": shown, **(extra_context or {})})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        standing = standing_of(request) if gate_of(request) is Gate.OPEN else None
        program = standing.program if standing else None
        return {
            **context,
            "standing": standing,
            "program": program,
            "languages": settings.LANGUAGES,
            "clock": now_of(program) if program and program.is_test else None,
            "has_search": bool(program and standing and standing.may("members:find")),
            "is_fresh": standing is not None
            and signing_in.is_fresh(request.session, at=timezone.now()),
        }

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The table of contents by section; Django's own views of one app stay as they are."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        found = [
            (_topic_of(self._registry[page["model"]]), page)
            for app in self._build_app_dict(request).values()
            for page in app["models"]
        ]
        return in_sections(found, home=reverse("admin:index"))


def _topic_of(page: Any) -> str:
    return page.deed("").removesuffix(":") if isinstance(page, ProgramScoped) else "system"


def _open_in_own_zone(request: HttpRequest) -> None:
    """Times on pages are the programme's; `Traced` puts the zone back when the answer is out."""
    standing = standing_of(request)
    if standing and standing.program:
        timezone.activate(standing.program.zone)


def _audited(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def telling(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with auditing.expecting(deed_behind(request)):
            return view(request, *args, **kwargs)

    return update_wrapper(telling, view)


staff_site = StaffSite(name="admin")
