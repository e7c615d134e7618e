"""Changing: what guests may do and read is told; other words of the terms are another version of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.shapes import Schema, Shape, closed, text
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program
from portal.reception.models import Reception, TermsVersion
from portal.reception.reading import newest_terms

QUESTIONS_MAX: Final = (
    12  # all of them, in a script of two bytes a letter, stay within a page's 30 kB
)
QUESTION_MAX: Final = 200
ANSWER_MAX: Final = 600
TERMS_MAX: Final = 10_000  # as every text (S-5)
VERSION_MAX: Final = 1_000_000


def _texts(most: int, *, least: int = 1) -> Schema:
    """One text by language."""
    return {
        "type": "object",
        "minProperties": least,
        "maxProperties": 20,
        "propertyNames": {"pattern": "^[a-z]{2,3}$"},
        "additionalProperties": text(most),
    }


SHAPE: Final = Shape(
    closed(
        {
            "joining": {"type": "boolean"},
            "birthday": {"type": "boolean"},
            "questions": {
                "type": "array",
                "maxItems": QUESTIONS_MAX,
                "items": closed(
                    {"question": _texts(QUESTION_MAX), "answer": _texts(ANSWER_MAX)},
                    required=["question", "answer"],
                ),
            },
            "terms": _texts(TERMS_MAX, least=0),
            "terms_version": {"type": "integer", "minimum": 1, "maximum": VERSION_MAX},
        }
    )
)


@inside_unit_of_work
def change_reception(*, program: Program, told: Mapping[str, Any], at: datetime) -> Reception:
    """Keep what was told and leave the rest; whoever agreed to earlier terms is not asked again."""
    row = Reception.objects.filter(program=program).first() or Reception(program=program)
    for field in ("joining", "birthday", "questions"):
        setattr(row, field, told.get(field, getattr(row, field)))
    row.changed_at = at
    row.save()
    _publish(program, told, at=at)
    return row


def _publish(program: Program, told: Mapping[str, Any], *, at: datetime) -> None:
    """Other words, or a number that was not reached yet, are a version of their own."""
    newest = newest_terms(program)
    number, texts = (newest.number, newest.texts) if newest else (0, {})
    wanted = told.get("terms", texts)
    least = told.get("terms_version", 0) if wanted or newest else 0
    if wanted != texts or least > number:
        TermsVersion.objects.create(
            program=program, number=max(number + 1, least), texts=wanted, published_at=at
        )
