"""Numbering: new awards, those of limited editions with their numbers (G-43)."""

from collections.abc import Iterable
from datetime import datetime

from gamification.badges.families import Family, Tier
from gamification.badges.models import Award
from gamification.criteria.life.catalogue import Live
from gamification.prizes.kinds import StockKey
from gamification.prizes.limiting import hold_stocks
from gamification.prizes.models import PrizeStock
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program


def new_award(
    program: Program, live: Live, tier: Tier, *, member_id: Id, earned_at: datetime, at: datetime
) -> Award:
    """An award that is not kept yet, valid as long as its badge says."""
    family: Family = live.parsed
    valid_until = None
    if family.valid_for is not None:
        valid_until = family.valid_for.after(earned_at, zone=live.zone)
    return Award(
        id=new_id(),
        program=program,
        badge_id=live.definition_id,
        version_id=live.version_id,
        tier_rank=tier.rank,
        tier=tier.slug,
        member_id=member_id,
        earned_at=earned_at,
        awarded_at=at,
        valid_until=valid_until,
    )


def stock_key(live: Live, tier: Tier) -> StockKey | None:
    """Where a limited edition is counted."""
    if tier.edition is None:
        return None
    return StockKey(
        definition_id=live.definition_id, item=f"edition:{tier.rank}", total=tier.edition
    )


@inside_unit_of_work
def number(
    drafted: Iterable[tuple[Award, Live, Tier]],
) -> list[tuple[Award, Live, Tier]]:
    """Give numbers of limited editions in the order of who earned first; whom none is left for gets no award (G-43)."""
    told = sorted(drafted, key=lambda each: (each[0].earned_at, each[0].pk))
    keys = [key for _award, live, tier in told if (key := stock_key(live, tier))]
    stocks = hold_stocks(keys)
    kept = []
    for award, live, tier in told:
        key = stock_key(live, tier)
        if key is not None:
            stock = stocks[key.definition_id, key.item, key.occasion]
            if stock.issued >= stock.total:
                continue
            stock.issued += 1
            award.edition_no = stock.issued
        kept.append((award, live, tier))
    PrizeStock.objects.bulk_update(stocks.values(), ["issued"])
    return kept
