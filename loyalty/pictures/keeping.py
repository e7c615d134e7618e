"""Keeping: a picture is kept once, whoever sends it how often; what no definition names goes after a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.pictures.drawing import Drawing
from loyalty.pictures.models import TITLE_LENGTH_MAX, Picture
from loyalty.pictures.naming import named_among
from loyalty.pictures.refusals import TooManyPictures
from loyalty.programs.models import Program

PICTURES_MAX: Final = 1_000  # of a programme: about 30 MB
UNNAMED_FOR: Final = timedelta(days=30)  # a draft may take a while
AT_ONCE_MAX: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A drawing, and what staff call it."""

    drawing: Drawing
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A picture, and whether it was not there before."""

    picture: Picture
    is_new: bool


@unit_of_work
def keep(*, program: Program, sent: Sequence[Sent], at: datetime) -> list[Kept]:
    """Keep these, in order; a file that is there already is that picture, under its new title.

    All or nothing: raises TooManyPictures.
    """
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)  # one at a time
    rows = Picture.objects.filter(program=program)
    known = {row.digest: row for row in rows.filter(digest__in=[s.drawing.digest for s in sent])}
    fresh: dict[Id, Picture] = {}
    for each in sent:
        row = known.get(each.drawing.digest)
        if row is None:
            fresh.setdefault(each.drawing.digest, _row(program, each, at=at))
        else:
            row.title, row.came_at = each.title[:TITLE_LENGTH_MAX] or row.title, at
    if fresh and rows.count() + len(fresh) > PICTURES_MAX:
        raise TooManyPictures(limit=PICTURES_MAX)
    Picture.objects.bulk_create(fresh.values())
    Picture.objects.bulk_update(known.values(), ["title", "came_at"])
    kept = known | fresh
    return [
        Kept(picture=kept[each.drawing.digest], is_new=each.drawing.digest in fresh)
        for each in sent
    ]


def _row(program: Program, sent: Sent, *, at: datetime) -> Picture:
    drawing = sent.drawing
    return Picture(
        program=program,
        digest=drawing.digest,
        title=sent.title[:TITLE_LENGTH_MAX] or shown(Picture.prefix, drawing.digest),
        width=drawing.width,
        height=drawing.height,
        small=drawing.small,
        large=drawing.large,
        came_at=at,
    )


@inside_unit_of_work
def forget_unnamed(*, after: Id | None, at: datetime) -> Id | None:
    """Remove what came thirty days ago and stands in no definition, not even a past one; where to go on, or None.

    Whoever is naming a picture at this moment holds it, and it stays.
    """
    held = Picture.objects.select_for_update(skip_locked=True).only("pk", "digest").order_by("pk")
    old = held.filter(came_at__lt=at - UNNAMED_FOR)
    rows = list((old.filter(pk__gt=after) if after else old)[:AT_ONCE_MAX])
    names = {shown(Picture.prefix, row.digest): row.pk for row in rows}
    named = named_among(list(names))
    gone = [pk for name, pk in names.items() if name not in named]
    Picture.objects.filter(pk__in=gone).delete()
    return rows[-1].pk if len(rows) == AT_ONCE_MAX else None


def pictures_of(*, program: Program) -> Sequence[Picture]:
    """The programme's pictures by title, without their files."""
    rows = Picture.objects.filter(program=program).defer("small", "large")
    return list(rows.order_by("title", "pk"))


def file_of(*, digest: Id, is_small: bool) -> bytes | None:
    """A picture's file, whichever programme has it."""
    rows = Picture.objects.filter(digest=digest).order_by()
    found = rows.values_list("small" if is_small else "large", flat=True).first()
    return None if found is None else bytes(found)
