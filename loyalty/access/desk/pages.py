"""Pages that every member of staff meets: the way in, the choice of programme, the search."""

from collections.abc import Callable
from typing import Any, TypeAlias

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_otp import login as otp_login

from loyalty.access import auditing
from loyalty.access.desk.gate import Gate, counted, gate_of
from loyalty.access.desk.scoping import standing_in
from loyalty.access.desk.searching import search
from loyalty.access.models import User
from loyalty.access.staff import second_factor as factors
from loyalty.access.staff import signing_in
from loyalty.access.staff.standing import choose, standing_of
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.refusals import DomainError

# What the site shows around every page of its own.
Around: TypeAlias = Callable[[HttpRequest], dict[str, Any]]


class PasswordForm(forms.Form):
    """The password once more."""

    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


class CodeForm(forms.Form):
    """Six digits from the phone, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "dir": "ltr"}
        ),
    )


def note_signed_in(request: HttpRequest) -> None:
    """Start the session's clocks and tell the audit log."""
    at = timezone.now()
    signing_in.note_sign_in(request.session, at=at)
    _forget_lookups(request)
    assert isinstance(request.user, User), "only staff sign in here"
    standing = standing_of(request)
    auditing.record(
        auditing.Deed(
            program_id=standing.program.pk if standing and standing.program else None,
            actor=Actor(kind=ActorKind.STAFF, id=request.user.pk),
            action="staff.sign_in",
            at=at,
            object_kind="staff",
            object_id=request.user.shown_id,
        )
    )


def second_factor(request: HttpRequest, *, around: Around) -> HttpResponseBase:
    """Show a code; whoever has no phone set up yet does so here, before anything else."""
    if gate_of(request) is Gate.SIGN_IN:
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    if gate_of(request) is Gate.OPEN:
        return HttpResponseRedirect(reverse("admin:index"))
    assert isinstance(request.user, User), "the gate lets only staff this far"
    is_known = factors.has_second_factor(request.user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        response = _code_shown(request, request.user, form, is_known=is_known, around=around)
        if response is not None:
            return response
    told = {
        "title": _("Second factor"),
        "form": form,
        "enrolment": None if is_known else factors.begin_enrolment(user=request.user),
    }
    return _uncached(
        TemplateResponse(request, "admin/second_factor.html", {**around(request), **told})
    )


def _code_shown(
    request: HttpRequest, user: User, form: CodeForm, *, is_known: bool, around: Around
) -> HttpResponseBase | None:
    recovery: list[str] = []
    try:
        attempt = counted(request, account=f"code:{user.pk}")
        code = form.cleaned_data["code"]
        if is_known:
            device = factors.check_code(user=user, code=code)
        else:
            device, recovery = factors.complete_enrolment(user=user, code=code)
    except (ValidationError, DomainError) as refusal:
        sentence = refusal.sentence() if isinstance(refusal, DomainError) else refusal.messages[0]
        form.add_error("code", sentence)
        return None
    signing_in.forgive(attempt=attempt)
    otp_login(request, device)
    if not recovery:
        return HttpResponseRedirect(reverse("admin:index"))
    told = {"title": _("Recovery codes"), "recovery": recovery}
    return _uncached(
        TemplateResponse(request, "admin/second_factor.html", {**around(request), **told})
    )


def confirm(request: HttpRequest, *, around: Around) -> HttpResponseBase:
    """The password once more, before deeds that would hurt in other hands."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = standing_in(request).user
        try:
            attempt = counted(request, account=user.get_username())
        except ValidationError as refused:
            form.add_error("password", refused)
        else:
            if user.check_password(form.cleaned_data["password"]):
                signing_in.forgive(attempt=attempt)
                signing_in.note_confirmation(request.session, at=timezone.now())
                return HttpResponseRedirect(_next(request))
            form.add_error("password", _("This is not your password."))
    told = {"title": _("Please confirm that it is you"), "form": form, "next": _next(request)}
    return _uncached(TemplateResponse(request, "admin/confirm.html", {**around(request), **told}))


def choose_program(request: HttpRequest) -> HttpResponseBase:
    """Open another programme; it stays open while moving about (U-12)."""
    if request.method == "POST":
        choose(request, program_id=request.POST.get("program", ""))
    return HttpResponseRedirect(reverse("admin:index"))


def search_page(request: HttpRequest, *, around: Around) -> HttpResponseBase:
    """What the header's field finds; a single hit opens at once."""
    asked = request.GET.get("q", "")
    found = search(standing_in(request), asked)
    hits = [hit for rows in found.values() for hit in rows]
    if len(hits) == 1:
        return HttpResponseRedirect(hits[0].url)
    told = {"title": _("Search"), "asked": asked, "found": hits}
    return TemplateResponse(request, "admin/search.html", {**around(request), **told})


def _next(request: HttpRequest) -> str:
    told = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(told, allowed_hosts={request.get_host()})
    return told if is_ours else reverse("admin:index")


def _forget_lookups(request: HttpRequest) -> None:
    for name in ("_standing", "_gate"):
        if hasattr(request, name):
            delattr(request, name)


def _uncached(response: TemplateResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
