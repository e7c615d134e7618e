"""The door to a voucher's QR code, for its owner (W-47)."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from loyalty.access.doors import ProgramView
from loyalty.foundation.ids import read_id
from loyalty.foundation.refusals import NotFound
from loyalty.members.finding import find_member
from loyalty.rewards.models import Voucher
from loyalty.rewards.using.picturing import picture_of
from loyalty.rewards.vouchers.rows import vouchers_of

PNG, SVG = "image/png", "image/svg+xml"


class _Picture(BaseRenderer):
    """Only named here, so that `Accept` may ask for it: the door answers bytes by itself."""

    def render(self, data: Any, *_told: Any, **_named: Any) -> bytes:
        return JSONRenderer().render(data)  # a refusal


class SvgRenderer(_Picture):
    media_type, format = SVG, "svg"


class PngRenderer(_Picture):
    media_type, format, charset = PNG, "png", None


class VoucherPicture(ProgramView):
    scopes: ClassVar = {"GET": "vouchers:codes"}
    renderer_classes = (SvgRenderer, PngRenderer, JSONRenderer)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "member", str, required=True, description="Its owner: `mem_…`, `ext:…`."
            ),
        ],
        responses={(200, SVG): OpenApiTypes.STR, (200, PNG): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, voucher: str) -> HttpResponse:
        """The code as a QR code, for whoever holds it; show the code as text beside it."""
        rows = vouchers_of(program=self.program, voucher_ids=[read_id(Voucher.prefix, voucher)])
        if not rows:
            raise NotFound
        if "member" in self.wire.GET:
            owner = find_member(program=self.program, told=self.wire.GET["member"])
            if rows[0].owner_id != owner.pk:
                raise NotFound
        as_png = getattr(request.accepted_renderer, "format", "") == "png"
        picture = picture_of(program=self.program, row=rows[0], as_png=as_png)
        return HttpResponse(picture, content_type=PNG if as_png else SVG)
