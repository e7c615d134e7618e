"""Staff pages of the programme: what it is, and its document, to compare before it is applied.

They stand here, not in `programs`: pages need roles, which are one room further up.
"""

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import (
    LatelyFilter,
    ProgramScoped,
    ReadOnly,
    actor_of,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.foundation.units import rehearse
from loyalty.programs.clock import now_of
from loyalty.programs.definition.rates_of import RateUnconfirmed, refuse_leap
from loyalty.programs.documents import FORMAT, Applied, apply_program, export_program
from loyalty.programs.models import ExchangeRate, PointCurrency, Program, ReasonCode

DOCUMENT_MAX = 1_000_000  # as a request's body


class DocumentFields(forms.Form):
    """The document as text, and the version it was read at."""

    document = forms.CharField(
        label=_("Programme document"),
        max_length=DOCUMENT_MAX,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "dir": "ltr"}),
        help_text=_("JSON. What it does not name stays as it is; what is live is versioned."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_document(self) -> dict[str, Any]:
        try:
            told = json.loads(self.cleaned_data["document"])
        except ValueError as error:
            raise forms.ValidationError(
                _("This is not JSON: %(why)s"), params={"why": str(error)}
            ) from error
        if not isinstance(told, dict):
            raise forms.ValidationError(_("A document is a JSON object."))
        return told


@admin.register(Program, site=staff_site)
class ProgramAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Program]):
    """The open programme; it is changed through its document."""

    topic = "programs"
    list_display = [
        "__str__",
        "slug",
        "zone",
        "currency",
        "is_test",
        "is_paused",
        "version",
        "open_document",
    ]
    list_display_links = None
    exclude = ["event_types"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Program]:
        return Program.objects.filter(pk=program_of(request).pk)

    @admin.display(description=_("document"))
    def open_document(self, _program: Program) -> str:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:loyalty_program_document"),
            _("Read, compare, apply"),
        )

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "document/",
            self.admin_site.admin_view(self.document_view),
            name="loyalty_program_document",
        )
        return [own, *super().get_urls()]

    def document_view(self, request: HttpRequest) -> HttpResponse:
        """Show the document; compare what was written with what is; apply it."""
        program = program_of(request)
        if not self.allows(request, "read"):
            raise PermissionDenied
        told = DocumentFields(request.POST or None, initial=_initial(program))
        done: list[Applied] = []  # empty where the rule refused
        if request.method == "POST" and told.is_valid():
            if not self.allows(request, "write"):
                raise PermissionDenied
            with refusals_as_messages(request):
                done.append(self._applied(request, told, program=program))
            if done and "apply" in request.POST:
                messages.success(
                    request,
                    _("Applied: {count} places changed.").format(count=len(done[0].differences)),
                )
                return HttpResponseRedirect(reverse("admin:loyalty_program_document"))
        return TemplateResponse(
            request,
            "loyalty/program_document.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Programme document"),
                "form": told,
                "applied": done[0] if done else None,
                "may_write": self.allows(request, "write"),
                "opts": self.opts,
            },
        )

    def _applied(self, request: HttpRequest, told: DocumentFields, *, program: Program) -> Applied:
        rule = (
            apply_program
            if "apply" in request.POST
            else rehearse(apply_program, answer=lambda applied: applied)
        )
        return rule(
            document=told.cleaned_data["document"],
            actor=actor_of(request),
            at=now_of(program),
            own=program,
            expected_version=told.cleaned_data["version"],
        )


def _initial(program: Program) -> dict[str, Any]:
    text = json.dumps(export_program(program), ensure_ascii=False, indent=2)
    return {"document": text, "version": program.version}


class _Listed(ReadOnly, ProgramScoped):
    """A part of the document, shown as a list."""

    topic = "programs"


@admin.register(PointCurrency, site=staff_site)
class PointCurrencyAdmin(_Listed, admin.ModelAdmin[PointCurrency]):
    list_display = ["__str__", "slug", "spendable", "stacking", "rounding", "expiry"]


class RateFields(forms.ModelForm[ExchangeRate]):
    """A new rate; one that leaps wants a second yes (E-71)."""

    program: Program  # whose page it is; set by `get_form`
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=_("Currency"), help_text=_("ISO 4217, such as UAH.")
    )
    rate = forms.DecimalField(
        label=_("Rate"), min_value=Decimal("0.000001"), max_digits=18, decimal_places=6
    )
    confirm = forms.BooleanField(
        label=_("I am sure"),
        required=False,
        help_text=_("Needed where the rate is more than 20 % off the last one."),
    )

    class Meta:
        model = ExchangeRate
        fields = ("currency", "rate", "valid_from")

    def __init__(self, *told: Any, **named: Any) -> None:
        super().__init__(*told, **named)
        field: Any = self.fields["valid_from"]
        for part in getattr(field.widget, "widgets", ()):  # a day and a time, under one label
            part.attrs["aria-label"] = str(field.label)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not told["confirm"]:
            try:
                refuse_leap(
                    program=self.program,
                    currency=told["currency"],
                    rate=told["rate"],
                    valid_from=told["valid_from"],
                )
            except RateUnconfirmed as refusal:
                self.add_error("confirm", refusal.sentence())
        return told


@admin.register(ExchangeRate, site=staff_site)
class ExchangeRateAdmin(_Listed, admin.ModelAdmin[ExchangeRate]):
    """Rates are added here or by the document; what orders were judged by stays with them (E-70)."""

    form = RateFields
    saves_by_rule = True
    list_display = ["currency", "rate", "valid_from"]
    list_filter = [("currency", LatelyFilter)]

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return self.allows(request, "write")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **how: Any
    ) -> Any:
        fields = super().get_form(request, obj, change, **how)
        return type("RateFieldsHere", (fields,), {"program": program_of(request)})

    def save_model(self, request: HttpRequest, obj: ExchangeRate, form: Any, change: bool) -> None:
        """Through the document, as everybody's rates."""
        program = program_of(request)
        rate = {
            "currency": obj.currency,
            "rate": f"{obj.rate:f}",
            "valid_from": obj.valid_from.isoformat(),
            "confirm": form.cleaned_data["confirm"],
        }
        document = {"format": FORMAT, "exchange_rates": [rate]}
        apply_program(document=document, actor=actor_of(request), at=now_of(program), own=program)


@admin.register(ReasonCode, site=staff_site)
class ReasonCodeAdmin(_Listed, admin.ModelAdmin[ReasonCode]):
    list_display = ["__str__", "slug"]
