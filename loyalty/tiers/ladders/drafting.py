"""Drafting: a ladder as told, checked and kept as a revision that can still change (T-1 to T-3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import Malformed, Problem, Text
from loyalty.foundation.shapes import Shape, below
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.calendar import Period
from loyalty.programs.models import PointCurrency, Program
from loyalty.tiers.kinds import RevisionState
from loyalty.tiers.ladders.shapes import DEFAULTS, LADDER
from loyalty.tiers.models import Ladder, LadderRevision, Tier
from loyalty.tiers.models.ladders import GRACE_DAYS_MAX
from loyalty.tiers.refusals import (
    KeepAboveReach,
    LadderNotDraft,
    LadderNotRising,
    TierMappingMissing,
)

SHAPE = Shape(LADDER)


@inside_unit_of_work
def draft_ladder(
    *,
    program: Program,
    told: Mapping[str, Any],
    author: str,
    at: datetime,
    pointer: str = "",
    is_silent: bool = False,
) -> LadderRevision:
    """Keep a ladder as a draft; what is not told is as in the live revision, or else as by default.

    Raises Malformed, LadderNotRising, KeepAboveReach, TierMappingMissing.
    """
    SHAPE.demand(told, pointer=pointer)
    ladder, _new = Ladder.objects.get_or_create(program=program)
    ladder = Ladder.objects.select_for_update().get(pk=ladder.pk)
    live = live_revision(program)
    wanted = DEFAULTS | (defined(live) if live else {}) | dict(told)
    tiers = _tiers(wanted.get("tiers", ()), pointer=below(pointer, "tiers"))
    wanted["mapping"] = _mapping(told.get("mapping", {}), tiers, live=live)
    check(tiers, wanted["mapping"], live=live, pointer=pointer)
    numbers = ladder.revisions.order_by("-number").values_list("number", flat=True)
    revision = LadderRevision.objects.create(
        ladder=ladder,
        number=(numbers.first() or 0) + 1,
        author=author,
        drafted_at=at,
        is_silent=is_silent,
        **_columns(program, wanted, pointer=pointer),
    )
    for tier in tiers:
        tier.revision = revision
    Tier.objects.bulk_create(tiers)
    return revision


draft = unit_of_work(draft_ladder)


@unit_of_work
def discard(*, revision: LadderRevision) -> None:
    """Throw a draft away; raises LadderNotDraft for anything that was ever live."""
    held = LadderRevision.objects.select_for_update().get(pk=revision.pk)
    if held.state != RevisionState.DRAFT:
        raise LadderNotDraft(number=held.number, state=held.state)
    held.tiers.all().delete()
    held.delete()


def live_revision(program: Program) -> LadderRevision | None:
    """The revision that is in force, with its tiers."""
    found = LadderRevision.objects.filter(ladder__program=program, state=RevisionState.LIVE)
    return found.select_related("currency").prefetch_related("tiers").first()


def defined(revision: LadderRevision) -> dict[str, Any]:
    """This revision as the document tells it; told again it changes nothing."""
    cycle: dict[str, Any] = {"kind": revision.cycle}
    if revision.cycle == "rolling":
        cycle["period"] = f"P{revision.period_months}M"
    if revision.cycle == "calendar":
        cycle["starts_on"] = revision.starts_on
    told = {
        "metric": revision.metric,
        "currency": revision.currency.slug,
        "cycle": cycle,
        "up": revision.up,
        "grace": f"P{revision.grace_days}D",
        "drop": revision.drop,
        "on_return": revision.on_return,
        "notice": revision.notice,
        "mapping": revision.mapping,
        "tiers": [
            _defined(tier) for tier in sorted(revision.tiers.all(), key=lambda each: each.rank)
        ],
    }
    return told if revision.mapping else {key: told[key] for key in told if key != "mapping"}


def check(
    tiers: Sequence[Tier],
    mapping: Mapping[str, str],
    *,
    live: LadderRevision | None,
    pointer: str = "",
) -> None:
    """Refuse tiers that do not rise, that are harder to keep than to reach, or that leave members nowhere to go."""
    here = below(pointer, "tiers")
    if not tiers:
        _refuse(here, "required", _("This field is required."))
    top = tiers[0]
    if not top.by_metric or top.reach or top.keep:
        raise LadderNotRising(tier=top.slug, reach=top.reach, below=0, pointer=below(here, 0))
    for tier in tiers[1:]:
        place = below(here, tier.rank)
        if tier.keep > tier.reach:
            raise KeepAboveReach(tier=tier.slug, reach=tier.reach, keep=tier.keep, pointer=place)
        if tier.by_metric and tier.reach <= top.reach:
            raise LadderNotRising(tier=tier.slug, reach=tier.reach, below=top.reach, pointer=place)
        top = tier if tier.by_metric else top
    slugs = {tier.slug for tier in tiers}
    left = {tier.slug for tier in live.tiers.all()} - slugs if live else set()
    for slug in sorted(left | set(mapping.values()) - slugs):
        if mapping.get(slug) not in slugs:
            raise TierMappingMissing(tier=slug, pointer=below(pointer, "mapping"))


def _tiers(told: Sequence[Mapping[str, Any]], *, pointer: str) -> list[Tier]:
    tiers = [
        Tier(
            slug=each["slug"],
            name=each["name"],
            rank=rank,
            reach=each.get("reach", 0),
            keep=each.get("keep", each.get("reach", 0)),
            by_metric=each.get("by_metric", True),
            for_life=each.get("for_life", False),
            benefits=each.get("benefits", {}),
        )
        for rank, each in enumerate(told)
    ]
    seen: set[str] = set()
    for tier in tiers:
        if tier.slug in seen:
            _refuse(below(pointer, tier.rank, "slug"), "doubled", _("Two tiers have this name."))
        seen.add(tier.slug)
    return tiers


def _mapping(
    told: Mapping[str, str], tiers: Sequence[Tier], *, live: LadderRevision | None
) -> dict[str, str]:
    """What is told, and what was told before: members of tiers removed long ago may still be on their way."""
    slugs = {tier.slug for tier in tiers}
    earlier = live.mapping if live else {}
    kept = {gone: told.get(to, to) for gone, to in earlier.items() if gone not in slugs}
    return kept | dict(told)


def _columns(program: Program, told: Mapping[str, Any], *, pointer: str) -> dict[str, Any]:
    cycle, grace = told["cycle"], Period.read(told["grace"]).days
    if grace > GRACE_DAYS_MAX:
        _refuse(below(pointer, "grace"), "too_large", _("Grace lasts 365 days at most."))
    try:
        Period.read(told["notice"])
    except ValueError:
        _refuse(below(pointer, "notice"), "invalid", _("This is not a duration."))
    return {
        "metric": told["metric"],
        "currency": _currency(program, told.get("currency"), pointer=pointer),
        "cycle": cycle["kind"],
        "period_months": Period.read(cycle.get("period", "P12M")).months,
        "starts_on": cycle.get("starts_on", "01-01"),
        "up": told["up"],
        "grace_days": grace,
        "drop": told["drop"],
        "on_return": told["on_return"],
        "notice": told["notice"],
        "mapping": told["mapping"],
    }


def _currency(program: Program, slug: str | None, *, pointer: str) -> PointCurrency:
    known = PointCurrency.objects.filter(program=program)
    found = known.filter(slug=slug).first() if slug else known.first()
    if found is None:
        _refuse(below(pointer, "currency"), "not_a_choice", _("There is no such point currency."))
    return found


def _defined(tier: Tier) -> dict[str, Any]:
    told: dict[str, Any] = {"slug": tier.slug, "name": tier.name, "reach": tier.reach}
    if tier.keep != tier.reach:
        told["keep"] = tier.keep
    if not tier.by_metric:
        told["by_metric"] = False
    if tier.for_life:
        told["for_life"] = True
    return told | {"benefits": tier.benefits}


def _refuse(pointer: str, code: str, message: Text) -> NoReturn:
    raise Malformed(problems=[Problem(pointer=pointer, code=code, message=message)])
