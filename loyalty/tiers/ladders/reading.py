"""Reading ladders: revisions as values. A published revision never changes, so it is read once per process."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.database.looking import seen_once
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.programs.expiry import activities_of
from loyalty.tiers.kinds import CycleKind, Drop, Metric, OnReturn, Up
from loyalty.tiers.maths.values import Terms, Tier
from loyalty.tiers.maths.windows import Cycle
from loyalty.tiers.models import LadderRevision

KEPT_MAX: Final = 500  # revisions in memory; a programme has a handful
_PUBLISHED: Final = """
    SELECT r.id, r.published_at, r.ended_at, r.applied_at
    FROM loyalty_ladderrevision r JOIN loyalty_ladder l ON l.id = r.ladder_id
    WHERE l.program_id = %s AND r.state <> 'draft' ORDER BY r.number
"""
_kept: dict[Id, Terms] = {}


@dataclass(frozen=True, kw_only=True)
class Reign:
    """A revision and the time in which it was live."""

    terms: Terms
    published_at: datetime
    ended_at: datetime | None
    is_applied: bool


@dataclass(frozen=True, kw_only=True)
class LadderHistory:
    """All published revisions of a programme's ladder, the oldest first; none before the first is published."""

    reigns: Sequence[Reign] = ()

    @property
    def live(self) -> Reign | None:
        return self.reigns[-1] if self.reigns else None

    def lowest_since(self, joined_at: datetime) -> str:
        """The tier of who has no standing: the live ladder's lowest; of who was there before, until it reaches them, the lowest of then."""
        if self.live is None:
            return ""
        is_known = self.live.is_applied or len(self.reigns) == 1
        reign = self.live if is_known or joined_at >= self.live.published_at else self.reigns[-2]
        return reign.terms.lowest.slug

    @property
    def activities(self) -> frozenset[str]:
        """The types of events that move ends on, by what any of its tiers ever said (L-15)."""
        tiers = [tier for reign in self.reigns for tier in reign.terms.tiers]
        return frozenset().union(*(activities_of(tier.benefits.get("expiry")) for tier in tiers))

    def terms_at(self, instant: datetime, *, slug: str) -> Terms:
        """The revision that was live at this instant, or the next one that knows this tier, or the first."""
        past = [reign for reign in self.reigns if reign.published_at <= instant]
        start = len(past) - 1 if past else 0
        for reign in self.reigns[start:]:
            if slug in reign.terms.by_slug:
                return reign.terms
        return self.reigns[start].terms


@seen_once
def ladder_of(program_id: Id) -> LadderHistory:
    """The programme's ladder through all its revisions; one statement, one more for those not yet in memory.

    Whoever moves members reads it under their locks each time: another revision may have reached them meanwhile.
    """
    rows = run(_PUBLISHED, [program_id])
    terms = _terms_by_id([row[0] for row in rows])
    return LadderHistory(
        reigns=[
            Reign(
                terms=terms[revision_id],
                published_at=published_at,
                ended_at=ended_at,
                is_applied=applied_at is not None,
            )
            for revision_id, published_at, ended_at, applied_at in rows
        ]
    )


def terms_of(revision: LadderRevision, tiers: Iterable[Any] | None = None) -> Terms:
    """This revision as values, drafts too."""
    rows = sorted(tiers if tiers is not None else revision.tiers.all(), key=lambda row: row.rank)
    month, day = revision.starts_on.split("-")
    return Terms(
        revision_id=revision.pk,
        number=revision.number,
        metric=Metric(revision.metric),
        currency_id=revision.currency_id,
        cycle=Cycle(
            kind=CycleKind(revision.cycle),
            months=revision.period_months,
            starts_on=(int(month), int(day)),
        ),
        up=Up(revision.up),
        grace_days=revision.grace_days,
        drop=Drop(revision.drop),
        on_return=OnReturn(revision.on_return),
        notice=revision.notice,
        tiers=tuple(_tier(row) for row in rows),
        mapping=revision.mapping,
    )


def _tier(row: Any) -> Tier:
    return Tier(
        slug=row.slug,
        rank=row.rank,
        reach=row.reach,
        keep=row.keep,
        by_metric=row.by_metric,
        for_life=row.for_life,
        name=row.name,
        benefits=row.benefits,
    )


def _terms_by_id(ids: Sequence[Id]) -> Mapping[Id, Terms]:
    missing = [revision_id for revision_id in ids if revision_id not in _kept]
    if missing:
        if len(_kept) + len(missing) > KEPT_MAX:
            _kept.clear()
            missing = list(ids)
        found = LadderRevision.objects.filter(pk__in=missing).prefetch_related("tiers")
        _kept.update({revision.pk: terms_of(revision) for revision in found})
    return _kept
