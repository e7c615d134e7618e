"""Tier gifts: rewards that a tier brings on entry and on birthdays; points are given by the tiers themselves."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.actors import Actor, job
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.calendar import add_months, local_day, midnight
from loyalty.programs.models import Program
from loyalty.rewards.giving.gifts import Gift, give
from loyalty.rewards.kinds import Origin
from loyalty.rewards.models import Redemption, Reward
from loyalty.rewards.redeeming.wishes import Handed
from loyalty.tiers.book import TierBook, TierInForce, open_book
from loyalty.tiers.giving.gifts import BENEFIT, BIRTHDAY_GAP, ENTRY_GAP_MONTHS
from loyalty.tiers.giving.occasions import Occasion
from loyalty.tiers.kinds import Cause, GiftKind
from loyalty.tiers.models import TierMove

GIVER: Final[Actor] = job("rewards.tier_gifts")
OCCASIONS_MAX: Final = 1_000


@inside_unit_of_work
def give_for_tiers(
    *, program: Program, occasions: Sequence[Occasion], at: datetime
) -> list[Handed]:
    """Give the rewards of these occasions: on entry that of the tier reached, on birthdays that of that day's tier.

    On entry once per tier and 12 months, on a birthday once in 300 days. Who is refused (out of stock, suspended) is
    left out; what was bought for the climb and goes back takes an unused gift along (W-62).
    """
    book = open_book(program=program, member_ids={each.member_id for each in occasions}, at=at)
    told = [(each, _reward_of(book, each)) for each in occasions]
    known = set(
        Reward.objects.filter(
            program=program, slug__in={slug for _occasion, slug in told if slug}
        ).values_list("slug", flat=True)
    )
    due = [(each, slug) for each, slug in told if slug in known]
    if not due:
        return []
    events = _events_of([each for each, _slug in due])
    earlier = _earlier(program, [each for each, _slug in due])
    gifts: dict[str, Gift] = {}
    for occasion, slug in due:
        if _was_given(occasion, earlier, zone=program.zone):
            continue
        gift = Gift(
            member_id=occasion.member_id,
            reward=slug,
            origin=Origin.TIER,
            origin_key=_key(occasion, zone=program.zone),
            event_id=events.get((occasion.member_id, occasion.slug, occasion.at)),
            reason=BENEFIT[occasion.gift],
        )
        gifts.setdefault(gift.origin_key, gift)
    return give(program=program, gifts=list(gifts.values()), actor=GIVER, at=at, partial=True)


def _reward_of(book: TierBook, occasion: Occasion) -> str:
    tier: TierInForce | None = book.tier_at(occasion.member_id, occasion.at)
    if tier is None or (occasion.gift == GiftKind.ENTRY and tier.slug != occasion.slug):
        return ""  # the member has moved on since: only the tier reached gives
    told: dict[str, Any] = tier.benefits.get(BENEFIT[occasion.gift], {})
    return str(told.get("reward", ""))


def _prefix(occasion: Occasion) -> str:
    whose = shown("mem", occasion.member_id)
    return f"{whose}/{occasion.gift.value}/{occasion.slug}"


def _key(occasion: Occasion, *, zone: str) -> str:
    return f"{_prefix(occasion)}/{local_day(occasion.at, zone).isoformat()}"


def _earlier(program: Program, occasions: Sequence[Occasion]) -> dict[str, list[datetime]]:
    """When these members got gifts of tiers before, by whose, what for, and of which tier."""
    rows = Redemption.objects.filter(
        program=program, origin=Origin.TIER, member__in={each.member_id for each in occasions}
    )
    times: dict[str, list[datetime]] = {}
    for key, at in rows.values_list("origin_key", "redeemed_at"):
        times.setdefault(key.rpartition("/")[0], []).append(at)
    return times


def _was_given(occasion: Occasion, earlier: dict[str, list[datetime]], *, zone: str) -> bool:
    given = earlier.get(_prefix(occasion), ())
    if occasion.gift == GiftKind.BIRTHDAY:
        return any(abs(each - occasion.at) < BIRTHDAY_GAP for each in given)
    since = midnight(add_months(local_day(occasion.at, zone), -ENTRY_GAP_MONTHS), zone)
    return any(each > since for each in given)


def _events_of(occasions: Iterable[Occasion]) -> dict[tuple[Id, str, datetime], Id]:
    """The event that lifted each of these members."""
    climbs = [each for each in occasions if each.gift == GiftKind.ENTRY]
    moves = TierMove.objects.filter(
        member__in={each.member_id for each in climbs},
        at__in={each.at for each in climbs},
        cause=Cause.REACHED,
        source_id__isnull=False,
    )
    return {
        (member_id, slug, at): source_id
        for member_id, slug, at, source_id in moves.values_list(
            "member_id", "to_slug", "at", "source_id"
        )
        if source_id is not None
    }
