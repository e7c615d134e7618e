"""Key pages: keys made, rotated and revoked by people; a key's text is on one page, once (S-7 to S-9)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from loyalty.access.issuing import Made, Wish, create_key, revoke_key, rotate_key
from loyalty.access.kinds import KeyKind
from loyalty.access.models import ApiKey
from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    actor_of,
    fresh,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.access.staff.mailing import tell_owners
from loyalty.access.staff.standing import standing_of
from loyalty.foundation.refusals import DomainError, Text


class KeyForm(forms.Form):
    """What a key shall be."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What the key is for."))
    kind = forms.ChoiceField(label=_("Kind"), choices=KeyKind.choices)
    scopes = forms.CharField(
        label=_("Scopes"),
        max_length=2000,
        initial="events:write members:read",
        widget=forms.TextInput(attrs={"dir": "ltr", "size": 60}),
        help_text=_("Separated by spaces; * allows everything."),
    )
    networks = forms.CharField(
        label=_("Address list"),
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "size": 60}),
        help_text=_("Networks such as 192.0.2.0/24; empty means from anywhere."),
    )
    origins = forms.CharField(
        label=_("Origins"),
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "size": 60}),
        help_text=_("Publishable keys only: pages such as https://shop.example."),
    )
    points_a_day = forms.IntegerField(
        label=_("Points a day"),
        min_value=0,
        max_value=10**12,
        required=False,
        help_text=_("The most that this key may hand out by hand in a day; empty: no limit."),
    )

    def wish(self) -> Wish:
        """The form as a rule wants it."""
        told = self.cleaned_data
        return Wish(
            name=told["name"],
            kind=KeyKind(told["kind"]),
            scopes=told["scopes"].split(),
            networks=told["networks"].split(),
            origins=told["origins"].split(),
            points_a_day=told["points_a_day"],
        )


@admin.register(ApiKey, site=staff_site)
class ApiKeyAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[ApiKey]):
    """Keys of the open programme: owners all of them, developers those of test programmes."""

    topic = "keys"
    list_display = ("name", "kind", "shown", "scopes_told", "last_used_at", "state")
    list_filter = ("kind",)
    search_fields = ("name",)
    ordering = ("-id",)
    actions = ("rotate", "revoke")
    fields = (
        "name", "kind", "shown", "scopes", "networks", "origins", "created_at", "created_by", "expires_at",
        "revoked_at", "last_used_at", "points_a_day",
    )  # fmt: skip
    change_list_template = "admin/keys.html"
    empty_note = _("Keys that storefronts call with will stand here. Make the first one above.")

    def allows(self, request: HttpRequest, verb: str) -> bool:
        standing = standing_of(request)
        if standing is None:
            return False
        is_test = standing.program is not None and standing.program.is_test
        return standing.may(f"keys:{verb}") or (is_test and standing.may(f"test-keys:{verb}"))

    @admin.display(description=_("key"))
    def shown(self, key: ApiKey) -> str:
        return f"{key.shown_prefix}…{key.last_four}"

    @admin.display(description=_("scopes"))
    def scopes_told(self, key: ApiKey) -> str:
        return " ".join(key.scopes)

    @admin.display(description=_("state"))
    def state(self, key: ApiKey) -> Text:
        if key.revoked_at:
            return _("revoked")
        if key.expires_at and key.expires_at <= timezone.now():
            return _("expired")
        return _("ends") if key.expires_at else _("valid")

    def get_urls(self) -> list[URLPattern]:
        making = self.admin_site.admin_view(self.make)
        return [path("make/", making, name="loyalty_apikey_make"), *super().get_urls()]

    @method_decorator(fresh)
    def make(self, request: HttpRequest) -> HttpResponseBase:
        """A form, and after it the key: shown this once, on a page that is not kept."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        form = KeyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                made = create_key(
                    program=program_of(request),
                    wish=form.wish(),
                    actor=actor_of(request),
                    at=timezone.now(),
                )
            except DomainError as refusal:
                form.add_error(None, refusal.sentence())
            else:
                return self._show(request, [made])
        return self._page(request, {"title": _("Make a key"), "form": form})

    @admin.action(
        description=_("Rotate: a new key, the old one ends in 24 hours"), permissions=["write"]
    )
    @method_decorator(fresh)
    def rotate(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> HttpResponseBase | None:
        made: list[Made] = []
        with refusals_as_messages(request):
            made.extend(
                rotate_key(key=key, actor=actor_of(request), at=timezone.now()) for key in keys
            )
            self._tell(request, made, subject=_("A key was rotated"))
        return self._show(request, made) if made else None

    @admin.action(description=_("Revoke at once"), permissions=["write"])
    @method_decorator(fresh)
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> HttpResponseBase | None:
        for key in keys:
            revoke_key(key=key, actor=actor_of(request), at=timezone.now())
        self._tell(
            request, [Made(key=key, text=None) for key in keys], subject=_("A key was revoked")
        )
        messages.success(request, _("Revoked. No process takes these keys any more."))
        return HttpResponseRedirect(reverse("admin:loyalty_apikey_changelist"))

    def _tell(self, request: HttpRequest, made: list[Made], *, subject: Any) -> None:
        names = ", ".join(one.key.name for one in made)
        tell_owners(program=program_of(request), subject=subject, names=names)

    def _show(self, request: HttpRequest, made: list[Made]) -> TemplateResponse:
        return self._page(request, {"title": _("Copy it now: it is shown once"), "made": made})

    def _page(self, request: HttpRequest, told: dict[str, Any]) -> TemplateResponse:
        around = self.admin_site.each_context(request)
        response = TemplateResponse(
            request, "admin/key_make.html", {**around, **told, "opts": self.model._meta}
        )
        response.headers["Cache-Control"] = "no-store"
        return response
