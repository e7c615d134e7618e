"""Who would move, as the page shows it: matrices, members per tier, what it costs, and examples by name."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import Text
from loyalty.members.models import Member
from loyalty.programs.models import Program
from loyalty.programs.rates import exponent_of
from loyalty.programs.texts import in_words
from loyalty.tiers.desk.amounts import amount
from loyalty.tiers.kinds import Metric
from loyalty.tiers.ladders.comparing import differences_of
from loyalty.tiers.ladders.drafting import live_revision
from loyalty.tiers.ladders.reading import terms_of
from loyalty.tiers.maths.values import Terms
from loyalty.tiers.models import LadderRevision
from loyalty.tiers.telling.previewing import Preview, slugs_of
from loyalty.tiers.telling.pricing import money_of

GIFTS: Final[Mapping[str, Text]] = {
    "entry_gift": _("Gift on entry"),
    "birthday_gift": _("Gift on the birthday"),
}


def shown(preview: Preview, *, program: Program, revision: LadderRevision) -> dict[str, Any]:
    """What the template asks for."""
    terms = terms_of(revision)
    slugs = slugs_of(terms, preview)
    names = {tier.slug: in_words(tier.name) for tier in terms.tiers}
    members = Member.objects.in_bulk([each.member_id for each in preview.examples])
    return {
        "preview": preview,
        "slugs": [names.get(slug, slug) for slug in slugs],
        "matrices": _matrices(preview, slugs, names),
        "counts": [_counts(preview, terms, slug, names.get(slug, slug)) for slug in slugs],
        "sums": _sums(preview, terms),
        "worths": _worths(program, revision, preview),
        "examples": [
            (
                members[each.member_id],
                [names.get(s, s) for s in (each.before, each.after, each.later)],
            )
            for each in preview.examples
        ],
    }


def ladder_shown(revision: LadderRevision, *, program: Program) -> list[dict[str, Any]]:
    """The tiers of a revision in words, from the highest down, as people read a ladder."""
    money = program if revision.metric == Metric.SPEND else None
    return [
        {
            "name": in_words(tier.name),
            "reach": amount(tier.reach, money) if tier.by_metric else None,
            "keep": amount(tier.keep, money) if tier.by_metric else None,
            "is_lowest": tier.rank == 0,
            "for_life": tier.for_life,
            "brings": _brings(tier.benefits, program),
        }
        for tier in sorted(revision.tiers.all(), key=lambda each: -each.rank)
    ]


def changes_shown(program: Program, revision: LadderRevision) -> list[dict[str, str]]:
    """What the draft says otherwise than the live ladder, place by place."""
    live = live_revision(program)
    if live is None:
        return []
    return [
        {"where": each.where, "before": _text(each.before), "after": _text(each.after)}
        for each in differences_of(live, revision)
    ]


def _counts(preview: Preview, terms: Terms, slug: str, name: str) -> dict[str, Any]:
    """One tier: members now and at publishing, who climbs into it, who falls from it at the review, who is close."""
    up, down = preview.moved(terms)
    return {
        "name": name,
        "before": preview.before[slug],
        "after": preview.after[slug],
        "up": up[slug],
        "down": down[slug],
        "at_risk": preview.at_risk[slug],
        "spared": preview.spared[slug],
        "close_to": preview.close_to[slug],
    }


def _sums(preview: Preview, terms: Terms) -> dict[str, int]:
    up, down = preview.moved(terms)
    return {
        "up": up.total(),
        "down": down.total(),
        "at_risk": preview.at_risk.total(),
        "close_to": preview.close_to.total(),
    }


def _brings(benefits: Mapping[str, Any], program: Program) -> list[str]:
    """What a tier brings, a few words each."""
    told = []
    if "multiplier" in benefits:
        told.append(f"{_('Points')} × {benefits['multiplier']}")  # noqa: RUF001 (it multiplies)
    if "free_shipping" in benefits:
        least = benefits["free_shipping"].get("from")
        said = str(_("Free shipping"))
        told.append(f"{said} ≥ {amount(least, program)}" if least else said)
    for benefit, words in GIFTS.items():
        gift = benefits.get(benefit)
        if gift:
            told.append(f"{words}: {gift.get('points') or gift.get('reward')}")
    return [*told, *(in_words(perk["text"]) for perk in benefits.get("perks", []))]


def _text(value: Any) -> str:
    return (
        value
        if isinstance(value, str)
        else ""
        if value is None
        else json.dumps(value, ensure_ascii=False)
    )


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


def _matrices(
    preview: Preview, slugs: Sequence[str], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Tables of from (rows) and to (columns)."""
    told = (
        (_("At publishing"), preview.at_publishing),
        (_("At the next review, if nothing more is earned"), preview.at_review),
    )
    return [
        {
            "title": title,
            "rows": [
                (names.get(here, here), [moves[here, there] for there in slugs]) for here in slugs
            ],
        }
        for title, moves in told
    ]
