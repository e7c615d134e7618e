"""Pictures in the admin: seen, uploaded; what names them is elsewhere."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loyalty.access.site import (
    ProgramScoped,
    ReadOnly,
    program_of,
    refusals_as_messages,
    staff_site,
)
from loyalty.pictures.desk.forms import UploadForm
from loyalty.pictures.keeping import keep
from loyalty.pictures.models import Picture
from loyalty.pictures.naming import path_of


@admin.register(Picture, site=staff_site)
class PictureAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Picture]):
    """Pictures of the open programme, to be chosen in the forms of rewards and badges."""

    saves_by_rule = True
    empty_note = _(
        "Pictures for rewards and badges will stand here. Until there are any, members see a drawn mark for each kind."
    )
    list_display = ("thumbnail", "title", "shown_id", "came_at")
    list_display_links = ("thumbnail", "title")
    search_fields = ("title",)
    ordering = ("-came_at", "-id")
    fields = ("picture", "title", "shown_id", "width", "height", "came_at")

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return self.allows(request, "write")

    def get_readonly_fields(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        return self.fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Picture]:
        rows: QuerySet[Picture] = super().get_queryset(request)
        return rows.defer("small", "large")

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> SafeString:
        return _shown(picture, is_small=True, side=48)

    @admin.display(description=_("picture"))
    def picture(self, picture: Picture) -> SafeString:
        return _shown(picture, is_small=False, side=256)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Upload one or more."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        is_sent = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
        if is_sent and form.is_valid():
            with refusals_as_messages(request):
                sent = form.cleaned_data["pictures"]
                keep(program=program_of(request), sent=sent, at=timezone.now())
                said = ngettext("%d picture is there.", "%d pictures are there.", len(sent))
                messages.success(request, said % len(sent))
                return HttpResponseRedirect(reverse("admin:loyalty_picture_changelist"))
        told = {"title": _("Upload pictures"), "opts": self.opts, "form": form}
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "pictures/upload.html", {**around, **told})


def _shown(picture: Picture, *, is_small: bool, side: int) -> SafeString:
    address = path_of(picture.shown_id, is_small=is_small)
    return format_html(
        '<img class="picture" src="{}" alt="{}" width="{}" height="{}">',
        address,
        picture.title,
        side,
        side,
    )
