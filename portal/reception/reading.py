"""Reading: what guests of a programme are told, and which version of the terms they would agree to."""

from dataclasses import dataclass
from typing import Any

from loyalty.programs.tenants import Program
from portal.reception.models import Reception, TermsVersion


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """How a programme receives guests now; without terms there is nothing to agree to."""

    joining: bool
    birthday: bool
    questions: list[dict[str, dict[str, str]]]
    terms: TermsVersion | None

    @property
    def terms_number(self) -> int:
        """The version that holds; 0 where there are no terms."""
        return self.terms.number if self.terms else 0


def received_by(program: Program) -> Received:
    """How this programme receives guests; two statements."""
    row = Reception.objects.filter(program_id=program.pk).first() or Reception(program=program)
    newest = newest_terms(program)
    return Received(
        joining=row.joining,
        birthday=row.birthday,
        questions=row.questions,
        terms=newest if newest and newest.texts else None,
    )


def newest_terms(program: Program) -> TermsVersion | None:
    """The newest version, also one that says that there are no terms any more."""
    return TermsVersion.objects.filter(program_id=program.pk).order_by("-number").first()


def told_by(program: Program) -> dict[str, Any] | None:
    """The same as the programme document tells it; None where nothing was ever told."""
    row = Reception.objects.filter(program_id=program.pk).first()
    newest = newest_terms(program)
    if row is None:
        return None
    told: dict[str, Any] = {"joining": row.joining, "birthday": row.birthday}
    told["questions"] = row.questions
    if newest is not None:
        told |= {"terms": newest.texts, "terms_version": newest.number}
    return told
