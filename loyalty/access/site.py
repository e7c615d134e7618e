"""The site: where staff work. Rooms register their pages on `staff_site` with the mixins below (S-21)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from loyalty.access.standing import Standing, standing_of
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.refusals import DomainError
from loyalty.programs.models import Program


class StaffSite(AdminSite):
    """The stock admin, opened by roles instead of Django's permissions."""

    site_header = _("Wafa")
    site_title = _("Wafa")
    index_title = _("Today")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return standing_of(request) is not None


staff_site = StaffSite(name="admin")


class ProgramScoped:
    """Rows of the open programme only, and only for roles that may see them.

    `topic` is the room unless a class says otherwise; `program_path` leads from the row to its programme. An action
    with `permissions=["adjust"]` is shown to roles that may do `<topic>:adjust`.
    """

    topic: ClassVar[str] = ""
    program_path: ClassVar[str] = "program"

    def deed(self, verb: str) -> str:
        """This class's topic with a verb: `ledger:adjust`."""
        return f"{self.topic or type(self).__module__.split('.')[-2]}:{verb}"

    def allows(self, request: HttpRequest, verb: str) -> bool:
        """Whether whoever is signed in may do this here."""
        standing = standing_of(request)
        return standing is not None and standing.may(self.deed(verb))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        standing = standing_of(request)
        if standing is None or standing.program is None:
            return rows.none()
        return rows.filter(**{self.program_path: standing.program})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, "read")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.allows(request, "read")

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return self.allows(request, "write")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.allows(request, "write")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def __getattr__(self, name: str) -> Callable[[HttpRequest], bool]:
        """`has_<verb>_permission` for the verbs of actions, as Django's admin asks for them."""
        verb = name.removeprefix("has_").removesuffix("_permission")
        if name != f"has_{verb}_permission":
            raise AttributeError(name)
        return lambda request: self.allows(request, verb)


class ReadOnly:
    """Rows that are shown and never edited here: what changes them is a rule, behind an action."""

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def program_of(request: HttpRequest) -> Program:
    """The programme that is open; raises PermissionDenied if there is none."""
    standing = standing_of(request)
    if standing is None or standing.program is None:
        raise PermissionDenied
    return standing.program


def standing_in(request: HttpRequest) -> Standing:
    """The standing of whoever is signed in; raises PermissionDenied if nobody is."""
    standing = standing_of(request)
    if standing is None:
        raise PermissionDenied
    return standing


def actor_of(request: HttpRequest) -> Actor:
    """The person as the actor of a rule (U-24)."""
    return Actor(kind=ActorKind.STAFF, id=standing_in(request).user.pk)


@contextmanager
def refusals_as_messages(request: HttpRequest) -> Iterator[None]:
    """Show a rule's refusal at the top of the page; other errors rise."""
    try:
        yield
    except DomainError as refusal:
        messages.error(request, refusal.sentence())
        for problem in refusal.problems:
            messages.error(request, f"{problem.pointer}: {problem.message}")
