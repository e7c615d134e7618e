"""Scoping: what the open programme and the person's roles let an admin page show and do (S-21, S-24)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from loyalty.access import auditing
from loyalty.access.staff.standing import Standing, standing_of
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.refusals import DomainError, Text
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program

# Of these topics the audit log keeps the names of changed fields and no values (S-62).
PERSONAL: Final = {"members", "cases", "surveys"}


class ProgramScoped:
    """Rows of the open programme only, and only for roles that may see them.

    `topic` is the room unless a class says otherwise; `program_path` leads from the row to its programme. An action
    with `permissions=["adjust"]` is shown to roles that may do `<topic>:adjust`. A class that saves through a rule
    sets `saves_by_rule`: the rule opens the transaction, so Django must not.
    """

    topic: ClassVar[str] = ""
    program_path: ClassVar[str] = "program"
    saves_by_rule: ClassVar[bool] = False
    empty_note: ClassVar[Text] = (
        ""  # what will stand in an empty list, and how it gets there (U-14)
    )
    show_full_result_count: ClassVar[bool] = (
        False  # counting a million rows beside a search is no help
    )

    def deed(self, verb: str) -> str:
        """This class's topic with a verb: `ledger:adjust`."""
        return f"{self.topic or type(self).__module__.split('.')[1]}:{verb}"

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

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, under its own name instead of "Select … to view"."""
        around: Any = super()
        page: Any = self
        title = capfirst(page.opts.verbose_name_plural)
        response: HttpResponse = around.changelist_view(
            request, {"title": title, **(extra_context or {})}
        )
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's page of one row, without Django's transaction where a rule opens its own."""
        around: Any = super()
        view = around._changeform_view if self.saves_by_rule else around.changeform_view
        response: HttpResponse = view(request, object_id, form_url, extra_context)
        return response

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """What was done to this row, by whom: the audit log has it, Django's own log stays empty."""
        row = self.get_queryset(request).filter(pk=object_id).first()
        told = urlencode({"q": getattr(row, "shown_id", object_id)})
        return HttpResponseRedirect(f"{reverse('admin:loyalty_auditrow_changelist')}?{told}")

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """In place of Django's own log: the audit log, and exactly one row."""
        self._settle(obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._settle(obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        auditing.settle()

    def _settle(self, obj: Model, message: Any) -> None:
        """Told by a rule already, this adds nothing; else the form's own save is what happened."""
        auditing.tell(
            object_id=str(getattr(obj, "shown_id", obj.pk)), changes={"fields": _fields_in(message)}
        )
        auditing.settle()


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
    standing = standing_in(request)
    if standing.program is None:
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


def one_by_one(request: HttpRequest, rows: QuerySet[Any], work: Callable[..., object]) -> int:
    """Do this to each of the chosen rows, each in a unit of its own; what is refused is shown. How many were done.

    `work` is handed the row's key, and by name what every rule asks: `program`, `actor`, `at`.
    """
    program, done = program_of(request), 0
    for key in rows.values_list("pk", flat=True):
        with refusals_as_messages(request):
            work(key, program=program, actor=actor_of(request), at=now_of(program))
            done += 1
    return done


def deed_behind(request: HttpRequest) -> auditing.Deed:
    """What this POST is about to do, as far as its address and the chosen action say."""
    standing = standing_in(request)
    match = request.resolver_match
    page = (match.url_name or "page") if match else "page"
    chosen = request.POST.getlist("_selected_action")
    action = request.POST.get("action", "") if chosen else ""
    told = dict(match.kwargs) if match else {}
    return auditing.Deed(
        program_id=standing.program.pk if standing.program else None,
        actor=actor_of(request),
        action=f"{page.removeprefix('loyalty_').removesuffix('_changelist')}"[:45]
        + (f".{action}"[:15] if action else ""),
        at=timezone.now(),
        object_kind=page.removeprefix("loyalty_").split("_")[0],
        object_id=str(told.get("object_id", chosen[0] if len(chosen) == 1 else ""))[:64],
        changes=_chosen(chosen),
        reason=request.POST.get("reason", "")[:200],
    )


def _chosen(ids: list[str]) -> dict[str, Any]:
    if len(ids) < 2:
        return {}
    return {"count": len(ids), "ids": ids[: auditing.OBJECTS_TOLD_MAX]}


def _fields_in(message: Any) -> list[str]:
    """The names of changed fields out of Django's change message."""
    if not isinstance(message, list):
        return []
    return [name for part in message for name in part.get("changed", {}).get("fields", [])]
