"""Showing: pictures as doors tell them."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from loyalty.pictures.models import Picture
from loyalty.pictures.naming import address_of, path_of


def show_pictures(rows: Sequence[Picture]) -> list[dict[str, Any]]:
    """These pictures with their addresses."""
    return [
        {
            "id": row.shown_id,
            "title": row.title,
            "width": row.width,
            "height": row.height,
            "url": address_of(row.shown_id),
            "thumbnail_url": settings.WAFA_BASE_URL + path_of(row.shown_id, is_small=True),
        }
        for row in rows
    ]
