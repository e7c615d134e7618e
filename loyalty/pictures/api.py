"""Pictures on the wire: sent in and listed by keys, fetched by browsers under their digest."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views import View
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.callers.authenticating import real_now
from loyalty.access.describing import listing
from loyalty.access.doors import ProgramView
from loyalty.foundation.ids import read_id
from loyalty.foundation.refusals import Malformed, NotFound, Problem
from loyalty.foundation.wire.parsing import TooLarge
from loyalty.pictures.drawing import BYTES_MAX, LARGE, SMALL, drawn
from loyalty.pictures.keeping import Kept, Sent, file_of, keep
from loyalty.pictures.models import TITLE_LENGTH_MAX, Picture
from loyalty.pictures.naming import digest_in
from loyalty.pictures.serializers import PictureOut
from loyalty.pictures.showing import show_pictures

AROUND_BYTES_MAX: Final = 16_384  # what a form may say besides its file
SIZES: Final = {str(SMALL[0]): True, str(LARGE[0]): False}
FOR_EVER: Final = "public, max-age=31536000, immutable"
FORM: Final = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "file": {
            "type": "string",
            "format": "binary",
            "description": "PNG, JPEG or WebP, at most 2 MB and 4,096 pixels a side.",
        },
        "title": {
            "type": "string",
            "maxLength": TITLE_LENGTH_MAX,
            "description": "For staff; else the file's name.",
        },
    },
}


class FormParser(MultiPartParser):
    """A form with a file, as large as a picture may be."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        assert parser_context is not None
        length = parser_context["request"].META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > BYTES_MAX + AROUND_BYTES_MAX:
            raise TooLarge(bytes_max=BYTES_MAX)
        return super().parse(stream, media_type, parser_context)


class Pictures(ProgramView):
    scopes: ClassVar = {"GET": "program:read", "POST": "program:write"}
    keyed: ClassVar = frozenset()  # the same file is the same picture
    parser_classes: ClassVar = (FormParser,)  # type: ignore[misc]

    @listing(PictureOut)
    def get(self, request: Request) -> Response:
        """Pictures of the programme, newest first."""
        rows = Picture.objects.filter(program=self.program).defer("small", "large")
        return self.paged(rows, answer=lambda found: PictureOut.many(show_pictures(found)))

    @extend_schema(
        request={"multipart/form-data": FORM}, responses={201: PictureOut, 200: PictureOut}
    )
    def post(self, request: Request) -> HttpResponse:
        """Send a picture in, to be named by rewards and badges. It is written anew; a file that is there answers 200."""
        file, title = self._told()
        return self.write(
            keep,
            answer=lambda kept: PictureOut.alone(show_pictures([kept[0].picture])),
            status=_status_of,
        )(program=self.program, sent=[Sent(drawing=drawn(file), title=title)], at=real_now())

    def _told(self) -> tuple[bytes, str]:
        """The file and its title. Raises Malformed."""
        data: Any = self.request.data
        fields = {name: data[name] for name in data}
        file, title = fields.pop("file", None), fields.pop("title", "")
        problems = [_problem(name, "unknown_field") for name in fields]
        if not hasattr(file, "read"):
            problems.append(_problem("file", "required"))
        if not isinstance(title, str) or len(title) > TITLE_LENGTH_MAX or "\x00" in title:
            problems.append(_problem("title", "invalid"))
        if problems:
            raise Malformed(problems=problems)
        assert file is not None
        return file.read(BYTES_MAX + 1), title.strip() or file.name or ""


class OnePicture(ProgramView):
    scopes: ClassVar = {"GET": "program:read"}

    @extend_schema(responses={200: PictureOut})
    def get(self, request: Request, picture: str) -> Response:
        """One picture of the programme."""
        digest = read_id(Picture.prefix, picture)
        rows = Picture.objects.filter(program=self.program, digest=digest)
        found = rows.defer("small", "large").first()
        if found is None:
            raise NotFound
        return Response(PictureOut.alone(show_pictures([found])))


class PictureFile(View):
    """A picture for browsers. Its address names it, so it is kept for ever."""

    def get(self, request: HttpRequest, picture: str, size: str) -> HttpResponse:
        digest = digest_in(picture)
        is_small = SIZES.get(size)
        file = None if digest is None or is_small is None else file_of(digest=digest, is_small=is_small)  # fmt: skip
        if file is None:
            raise Http404
        response = HttpResponse(file, content_type="image/webp")
        response.headers["Cache-Control"] = FOR_EVER
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # storefronts show it
        return response


def _status_of(kept: list[Kept]) -> int:
    return 201 if kept[0].is_new else 200


def _problem(name: str, code: str) -> Problem:
    messages = {
        "unknown_field": _("This field is not known here."),
        "required": _("This field is required."),
        "invalid": _("This does not have the expected form."),
    }
    return Problem(pointer=f"/{name}", code=code, message=messages[code])
