"""Who would move, as the page shows it: matrices, members per tier, what it costs, and examples by name."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import Text
from loyalty.members.models import Member
from loyalty.programs.models import Program
from loyalty.programs.rates import exponent_of
from loyalty.tiers.ladders.reading import terms_of
from loyalty.tiers.models import LadderRevision
from loyalty.tiers.telling.previewing import Preview, slugs_of
from loyalty.tiers.telling.pricing import money_of


def shown(preview: Preview, *, program: Program, revision: LadderRevision) -> dict[str, Any]:
    """What the template asks for."""
    slugs = slugs_of(terms_of(revision), preview)
    members = Member.objects.in_bulk([each.member_id for each in preview.examples])
    return {
        "preview": preview,
        "slugs": slugs,
        "matrices": _matrices(preview, slugs),
        "counts": [(slug, preview.before[slug], preview.after[slug]) for slug in slugs],
        "worths": _worths(program, revision, preview),
        "examples": [(members[each.member_id], each) for each in preview.examples],
    }


def _worths(
    program: Program, revision: LadderRevision, preview: Preview
) -> list[tuple[Text, int, int, str]]:
    """What multipliers and gifts of points cost in a year, now and with the draft, and the difference in money."""
    before, after = preview.worth_before, preview.worth_after
    rows: list[tuple[Text, int, int]] = [
        (_("Multipliers"), int(before.multipliers), int(after.multipliers)),
        (_("Gifts of points"), before.gifts, after.gifts),
    ]
    told = [(what, old, new, _money(program, revision, new - old)) for what, old, new in rows]
    rewards = sorted({*before.rewards, *after.rewards})
    return told + [(slug, before.rewards[slug], after.rewards[slug], "") for slug in rewards]


def _money(program: Program, revision: LadderRevision, points: int) -> str:
    amount = money_of(abs(points), program=program, currency_id=revision.currency_id)
    if amount is None:
        return ""
    digits = exponent_of(program.currency)
    sign = "-" if points < 0 else "+" if points else ""
    return f"{sign}{Decimal(amount).scaleb(-digits):.{digits}f} {program.currency}"


def _matrices(preview: Preview, slugs: Sequence[str]) -> list[dict[str, Any]]:
    """Tables of from (rows) and to (columns)."""
    told = (
        (_("At publishing"), preview.at_publishing),
        (_("At the next review, if nothing more is earned"), preview.at_review),
    )
    return [
        {
            "title": title,
            "rows": [(here, [moves[here, there] for there in slugs]) for here in slugs],
        }
        for title, moves in told
    ]
