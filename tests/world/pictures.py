"""Pictures as shops and staff send them."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from loyalty.pictures.drawing import drawn
from loyalty.pictures.keeping import Sent, keep
from loyalty.pictures.models import Picture
from loyalty.programs.models import Program
from tests.contracts.document import check_answer
from tests.world.access import Shop
from tests.world.programs import OPENED_AT

TEAL = (15, 92, 90)


def a_file(
    kind: str = "PNG",
    size: tuple[int, int] = (600, 400),
    *,
    mode: str = "RGB",
    colour: Any = TEAL,
    **how: Any,
) -> bytes:
    """A disc on a plain ground, in a file of this format."""
    picture = Image.new(mode, size)
    width, height = size
    ImageDraw.Draw(picture).ellipse((0, 0, width - 1, height - 1), fill=colour)
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def a_picture(program: Program, title: str = "Espresso", **how: Any) -> Picture:
    """A picture of the programme."""
    sent = Sent(drawing=drawn(a_file(**how)), title=title)
    return keep(program=program, sent=[sent], at=OPENED_AT)[0].picture


def sent_picture(shop: Shop, file: bytes, *, name: str = "cup.png", **fields: str) -> Any:
    """A form with this file, as `POST /v1/pictures` takes it."""
    form = {"file": SimpleUploadedFile(name, file), **fields}
    answer = shop.client.post("/v1/pictures", form, headers=shop._headers(None))
    check_answer("POST", "/v1/pictures", answer)
    return answer
